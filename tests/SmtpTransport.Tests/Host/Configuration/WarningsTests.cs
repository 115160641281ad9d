namespace SmtpTransport.Tests.Host.Configuration;

internal sealed class WarningsTests
{
    [Test]
    public void Defaults_written_out_give_no_warning() =>
        Assert.That(Fixture.Valid("""
            "Delivery": { "RecipientsPerDay": 1000, "NewRecipientsPerDay": 200 },
            "Files": { "MaxFetchSize": 26214400, "Via": "auto" }
            """).Warnings, Is.Empty);

    [Test]
    public void A_mail_domain_of_foreign_users_is_warned_about() =>
        Assert.That(Fixture.Valid("""
            "Mail": { "Domains": { "mail.example": "elsewhere.example" } }
            """).Warnings, Has.Count.EqualTo(1).And.All.StartsWith("Mail:Domains:mail.example leads to elsewhere.example"));
}
