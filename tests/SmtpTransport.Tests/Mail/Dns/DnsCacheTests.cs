using DnsClient;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Dns;

internal sealed class DnsCacheTests
{
    private readonly DnsCache cache = new(new TestTime());

    private void Keep(string name) => cache.Keep(name, QueryType.TXT, new DnsAnswer<string>(DnsStatus.Failed, []), response: null);

    [Test]
    public void However_many_names_strangers_invent_only_the_latest_are_kept()
    {
        for (var i = 0; i < 3 * DnsCache.Generation; i++)
            Keep($"n{i}.test");
        var kept = Enumerable.Range(0, 3 * DnsCache.Generation).Count(i => cache.Find<string>($"n{i}.test", QueryType.TXT) is not null);
        Assert.That(kept, Is.LessThanOrEqualTo(2 * DnsCache.Generation));
    }

    [Test]
    public void What_is_asked_for_again_and_again_stays()
    {
        Keep("often.test");
        for (var i = 0; i < 3 * DnsCache.Generation; i++)
        {
            Keep($"n{i}.test");
            Assert.That(cache.Find<string>("often.test", QueryType.TXT), Is.Not.Null);
        }
    }
}
