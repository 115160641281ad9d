using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>RFC 6120 §8.1.3 lets messages do without; and an id may be as long as a client likes.</summary>
internal sealed class A_message_without_an_id_is_answered(ServerKind server) : Scenario(server)
{
    private static readonly XElement ReceiptWish = new(Names.Receipts + "request");

    [TestCase(0)]
    [TestCase(150_000)]
    public async Task And_keeps_nobody_else_from_their_answers(int length)
    {
        Sink.Answer("RCPT", "550 5.1.1 No such user here, sorry", containing: "nobody@");
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var carol = await NewClientAsync("carol");
        var id = new string('x', length);

        alice.Send(Message(id, $"nonsense@{Domain}"));
        await ErrorAsync(alice, "jid-malformed");
        alice.Send(Message(id, Contact("nobody@mail.test")));
        var receipt = carol.SendMessage(Contact("bob@mail.test"), "all is well", ReceiptWish);

        await carol.ReceiptAsync(receipt);
        await ErrorAsync(alice, "item-not-found");
    }

    private static XElement Message(string id, string to) => new(
        "message", new XAttribute("to", to), new XAttribute("type", "chat"), id.Length > 0 ? new XAttribute("id", id) : null, new XElement("body", "hello?"), ReceiptWish);

    private static Task<XElement> ErrorAsync(ChatClient client, string condition) => client.Received.WaitAsync(
        $"an error {condition}", stanza => stanza.Name == "message" && (string?)stanza.Attribute("type") == "error" && Text.Error(stanza).Condition == condition);
}
