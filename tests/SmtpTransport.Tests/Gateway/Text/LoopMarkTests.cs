using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Text;

public class LoopMarkTests
{
    private static readonly LoopMark Ours = new(new byte[32]);
    private static readonly Jid Alice = Jid.Parse("alice@example.org");

    [Test]
    public void A_mark_of_ours_is_known_again() => Assert.That(IsReturning(Ours.Of("q1", Alice)), Is.True);

    [Test]
    public void It_may_stand_among_the_marks_of_others() => Assert.That(IsReturning("q1.other", Ours.Of("q1", Alice)), Is.True);

    [TestCase("")]
    [TestCase(".")]
    [TestCase("q1")]
    [TestCase("q1.")]
    [TestCase("q1.0123456789abcdef0123456789abcdef")]
    public void Nobody_else_can_make_one(string mark) => Assert.That(IsReturning(mark), Is.False);

    [Test]
    public void Nor_move_one_to_another_mail() => Assert.That(IsReturning("q2" + Ours.Of("q1", Alice)[2..]), Is.False);

    [Test]
    public void To_another_user_it_is_a_mail_like_any_other() => Assert.That(IsReturning(Ours.Of("q1", Jid.Parse("carol@example.org"))), Is.False);

    [Test]
    public void The_author_is_known_whatever_the_client() => Assert.That(IsReturning(Ours.Of("q1", Jid.Parse("alice@example.org/phone"))), Is.True);

    [Test]
    public void Another_gateway_has_marks_of_its_own() =>
        Assert.That(IsReturning(new LoopMark([1, .. new byte[31]]).Of("q1", Alice)), Is.False);

    [Test]
    public void What_a_mailing_list_brings_back_is_no_loop()
    {
        var headers = new HeaderList { { LoopMark.Field, Ours.Of("q1", Alice) }, { "List-Id", "<team.mail.test>" } };

        Assert.That(Ours.IsReturning(headers, Alice), Is.False);
    }

    private static bool IsReturning(params string[] marks)
    {
        var headers = new HeaderList();
        foreach (var mark in marks)
            headers.Add(LoopMark.Field, mark);
        return Ours.IsReturning(headers, Alice);
    }
}
