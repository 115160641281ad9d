using SmtpTransport.EndToEnd.Support;

[assembly: LevelOfParallelism(4)]

/// <summary>Ends what the scenarios shared.</summary>
[SetUpFixture]
internal sealed class Run
{
    [OneTimeTearDown]
    public Task EndAsync() => Peers.StopAsync();
}
