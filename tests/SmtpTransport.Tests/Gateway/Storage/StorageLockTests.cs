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

        var refusal = Assert.Throws<StorageUnusableException>(second.Take);
        Assert.That(refusal!.Message, Does.Contain(store.Database.Current.DataSource).And.Contain("another Storage"));

        first.Dispose();
        Assert.DoesNotThrow(second.Take);
    }

    [Test]
    public void A_lock_that_nobody_can_take_is_not_another_gateway()
    {
        using var store = new SpoolStage();
        Directory.CreateDirectory(store.Database.Current.DataSource + ".lock");
        using var only = new StorageLock(store.Database.Current);

        Assert.That(Assert.Throws<StorageUnusableException>(only.Take)!.Message, Does.StartWith("Cannot lock the database").And.Not.Contain("Another gateway"));
    }
}
