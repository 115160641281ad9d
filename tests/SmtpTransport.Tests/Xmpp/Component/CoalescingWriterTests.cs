using System.Text;
using System.Threading.Channels;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class CoalescingWriterTests
{
    [Test]
    public async Task What_came_during_a_write_goes_out_in_the_next_one()
    {
        var socket = new GatedStream();
        using var writer = new CoalescingWriter(socket);
        var running = writer.RunAsync(CancellationToken.None);

        writer.Write("one"u8);
        var first = await socket.NextWriteAsync();
        writer.Write("two"u8);
        writer.Write("three"u8);
        Assert.That(writer.Waiting, Is.EqualTo(8));
        first.Done.SetResult();
        var second = await socket.NextWriteAsync();
        second.Done.SetResult();
        writer.Close("end"u8);
        writer.Write("too late"u8);
        (await socket.NextWriteAsync()).Done.SetResult();
        await running.WaitAsync(FakeConnection.Patience);

        Assert.That((first.Text, second.Text, writer.Waiting), Is.EqualTo(("one", "twothree", 0)));
    }

    [Test]
    public void A_broken_socket_ends_it()
    {
        var socket = new GatedStream();
        using var writer = new CoalescingWriter(socket);
        var running = writer.RunAsync(CancellationToken.None);
        writer.Write("one"u8);

        Assert.ThrowsAsync<IOException>(async () =>
        {
            (await socket.NextWriteAsync()).Done.SetException(new IOException());
            await running;
        });
    }

    /// <summary>A socket whose writes take as long as the test says.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly Channel<(string, TaskCompletionSource)> writes =
            Channel.CreateUnbounded<(string, TaskCompletionSource)>();

        public async Task<(string Text, TaskCompletionSource Done)> NextWriteAsync() =>
            await writes.Reader.ReadAsync().AsTask().WaitAsync(FakeConnection.Patience);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            writes.Writer.TryWrite((Encoding.UTF8.GetString(buffer.Span), done));
            await done.Task;
        }
    }
}
