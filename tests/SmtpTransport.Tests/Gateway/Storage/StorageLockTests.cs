using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.Storage;

internal sealed class StorageLockTests
{
    [Test]
    public void Only_one_gateway_delivers_from_a_database()
    {
        using var store = new SpoolStage();
        using var first = new StorageLock(store.Database.Current);
        using var second = new StorageLock(store.Database.Current);
        first.Take();

        var refusal = Assert.Throws<StorageInUseException>(second.Take);
        Assert.That(refusal!.Message, Does.Contain(store.Database.Current.DataSource).And.Contain("another Storage"));

        first.Dispose();
        Assert.DoesNotThrow(second.Take);
    }
}
