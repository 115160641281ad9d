using SmtpTransport.Gateway.Reading;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Reading;

/// <summary>Answers with history and signatures: what their authors wrote survives, whatever is cut.</summary>
internal sealed class ReplyTextTests
{
    // Of corpora/replies, read by a person: what the author wrote, and something of what is history or signature; empty when
    // there is none, or nobody could tell.
    private static readonly (string Name, string[] Written, string[] Cut)[] Replies =
    [
        ("correct_sig", ["this is an email with a correct -- signature."], ["rick"]),
        ("email_1_1", ["Hi folks", "-Abhishek Kona"], ["riak-users mailing list"]),
        ("email_1_2", ["Hi,", "You can list the keys", "would do it.", "delete them all individually"], ["riak-users mailing list\nriak-users@lists"]),
        ("email_1_3", ["Oh thanks.", "-Abhishek Kona"], ["Russell Brown wrote", "See also"]),
        ("email_1_4", ["Awesome! I haven't had another problem with it."], ["Loader seems"]),
        ("email_1_5", ["One: Here's what I've got.", "Two:", "for a while."], []),
        ("email_1_6", ["I get proper rendering as well.", "Sent from a magnificent torch of pixels"], ["Was this caching", "Corey Donohoe"]),
        ("email_1_7", [":+1:"], ["Steps 0-2"]),
        ("email_1_8", ["I will reply under this one", "and under this."], []),
        ("email_2_1", ["Outlook with a reply"], ["Dear Google Apps Sync user"]),
        ("email_2_2", ["Outlook with a reply directly above line"], ["A new comment has been added"]),
        ("email_2_3", ["Outlook with a reply"], []),
        ("email_BlackBerry", ["Here is another email"], ["Sent from my BlackBerry"]),
        ("email_bullets", ["test 2 this should list second", "- how about bullets", "- and another"], ["Give us an example"]),
        ("email_gmail", ["This is a test for inbox replying"], []),
        ("email_headers_no_delimiter", ["And another reply!"], ["A reply\n", "This is a message."]),
        ("email_iPhone", ["Here is another email"], ["Sent from my iPhone"]),
        ("email_long_quote", ["Hi folks", "I am currently using the Java HTTP API.", "-Abhishek Kona"], []),
        ("email_multi_word_sent_from_my_mobile_device", ["Here is another email"], ["Verizon"]),
        ("email_one_is_not_on", ["Thank, this is really helpful.", "One outstanding question I had:", "when I run..."], ["The good news"]),
        ("email_partial_quote_header", ["On your remote host you can run:", "the tunnel is not working."], ["odd issue"]),
        ("email_sent_from_my_not_signature", ["Here is another email", "Sent from my desk"], []),
        ("email_sig_delimiter_in_middle_of_line", ["Hi there!", "And here is a fix -- this is not a signature.", "kthxbai"], []),
        ("greedy_on", ["On your remote host you can run:", "the tunnel is not working."], ["odd issue"]),
        ("pathological", ["I think you're onto something.", "get back to a computer."], ["putzing around"]),
    ];

    [Test]
    public void The_new_text_of_every_answer_survives()
    {
        var (answers, survived, passages, cut) = (0, 0, 0, 0);
        var kept = new List<string>();
        foreach (var (name, written, history) in Replies)
        {
            foreach (var file in Directory.EnumerateFiles(Corpora.Path("replies"), name + ".txt", SearchOption.AllDirectories))
            {
                var reply = ReplyText.Of(File.ReadAllText(file).ReplaceLineEndings("\n"));
                answers++;
                survived += written.All(passage => reply.Written.Contains(passage, StringComparison.Ordinal)) ? 1 : 0;
                Assert.That(written.Where(passage => !reply.Written.Contains(passage, StringComparison.Ordinal)), Is.Empty, file);
                passages += history.Length;
                foreach (var passage in history)
                {
                    if (reply.Written.Contains(passage, StringComparison.Ordinal))
                        kept.Add($"{Path.GetFileName(file)}: {passage.ReplaceLineEndings(" ")}");
                    else
                        cut++;
                }
            }
        }

        TestContext.Out.WriteLine($"New text survived in {survived} of {answers} answers; {cut} of {passages} passages of history and signatures recognised. Kept in doubt:");
        kept.ForEach(TestContext.Out.WriteLine);
        Assert.That(survived, Is.EqualTo(answers));
        Assert.That(cut, Is.GreaterThanOrEqualTo(passages * 8 / 10));
    }

    [Test]
    public void Every_answer_of_the_corpus_has_been_read()
    {
        var read = Replies.Select(reply => reply.Name).ToHashSet();

        Assert.That(Corpora.Files("replies", "*.txt").Where(file => file.EndsWith(".txt", StringComparison.Ordinal) && !read.Contains(Path.GetFileNameWithoutExtension(file))), Is.Empty);
    }

    [TestCase("Yes.\n\nOn Fri, 20 Nov 2026 at 09:14, Alice <a@b.test> wrote:\n> Well?", "Yes.")]
    [TestCase("Ja.\n\nAm 20.11.26 um 9:14 schrieb Alice:\n\n> Und?", "Ja.")]
    [TestCase("Oui.\n\nLe 20/11/2026 à 09:14, Alice a écrit :\n> Alors ?", "Oui.")]
    [TestCase("Sí.\n\nEl vie, 20 nov 2026 a las 9:14, Alice (<a@b.test>) escribió:\n> ¿Y?", "Sí.")]
    [TestCase("Sì.\n\nIl giorno ven 20 nov 2026 alle 09:14 Alice <a@b.test> ha scritto:\n> E?", "Sì.")]
    [TestCase("Ja.\n\nOp vr 20 nov. 2026 om 09:14 schreef Alice <a@b.test>:\n> Nou?", "Ja.")]
    [TestCase("Sim.\n\nEm sex., 20 de nov. de 2026 às 09:14, Alice <a@b.test> escreveu:\n> E?", "Sim.")]
    [TestCase("Да.\n\nпт, 20 нояб. 2026 г. в 09:14, Alice <a@b.test> написала:\n> Ну?", "Да.")]
    [TestCase("好。\n\nAlice <a@b.test> 于2026年11月20日周五 09:14写道：\n> 怎么样？", "好。")]
    [TestCase("Yes.\n\nAlice <a@b.test> wrote:\n> Well?", "Yes.")]
    [TestCase("Yes.\n\n-----Original Message-----\nFrom: Alice\n\nWell?", "Yes.")]
    [TestCase("Ja.\n\nVon: Alice\nGesendet: Freitag\nAn: Bob\nBetreff: Plan\n\nUnd?", "Ja.")]
    [TestCase("Oui.\n\nDe : Alice\nEnvoyé : vendredi\nÀ : Bob\nObjet : Plan\n\nAlors ?", "Oui.")]
    public void History_is_known_in_many_languages(string text, string written) =>
        Assert.That(ReplyText.Of(text).Written, Is.EqualTo(written));

    [TestCase("A poem:\n\n> Roses are red")]
    [TestCase("As you wrote:\n> Roses are red")]
    [TestCase("Alice wrote yesterday that she comes.\nShe said:\n\n> yes\n\nWhat do you think?")]
    [TestCase("> Well?\n\nYes.")]
    [TestCase("From: me\nTo: you\nThat is a gift.")]
    [TestCase("On Friday we said 5:\n- tea\n- cups")]
    [TestCase("Sent from my desk.")]
    [TestCase("-- \nonly a signature")]
    [TestCase("")]
    public void In_doubt_everything_is_the_author_s(string text) =>
        Assert.That(ReplyText.Of(text), Is.EqualTo(new ReplyText(text, "", "")));

    [TestCase("Text\n\n-- \nBob\nBuilder", "-- \nBob\nBuilder")]
    [TestCase("Text\n\n--\nBob", "--\nBob")]
    [TestCase("Text\n\nGesendet von meinem iPhone", "Gesendet von meinem iPhone")]
    [TestCase("Text\n\nGet Outlook for Android <https://aka.ms/x>", "Get Outlook for Android <https://aka.ms/x>")]
    public void Signatures_are_known(string text, string signature) =>
        Assert.That((ReplyText.Of(text).Written, ReplyText.Of(text).Signature), Is.EqualTo(("Text", signature)));
}
