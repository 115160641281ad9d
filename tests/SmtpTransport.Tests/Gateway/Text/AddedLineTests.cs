using System.Xml.Linq;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Text;

internal sealed class AddedLineTests
{
    private static IEnumerable<TestCaseData> Mails => TestCases.In("MailToXmpp", ".eml");

    [TestCaseSource(nameof(Mails))]
    public void Whatever_a_translation_adds_is_known(string file)
    {
        var mail = File.ReadAllText(file);
        var messages = XElement.Load(Path.ChangeExtension(file, ".xml"));

        var added = messages.Descendants("{jabber:client}body")
            .SelectMany(body => body.Value.Split('\n'))
            .Where(line => line.StartsWith('[') && line.EndsWith(']') && !mail.Contains(line.Trim('[', ']'), StringComparison.Ordinal));

        Assert.That(added.Where(line => line.Contains(' ') && !AddedLine.Is(line)), Is.Empty);
    }

    [TestCase("[I have no car]")]
    [TestCase("Whole mail: see above")]
    [TestCase("See [Warning: wet floor]")]
    public void The_words_of_others_are_left_alone(string line) => Assert.That(AddedLine.Is(line), Is.False);
}
