using SmtpTransport.Bench;
using SmtpTransport.EndToEnd.Support;

// Parts may be named on the command line: in-prosody, in-ejabberd, checks, out, latency, translate, footprint, files.
var parts = new Dictionary<string, Func<Task<IReadOnlyList<Row>>>>
{
    ["in-prosody"] = () => MailsIn.MeasureAsync(ServerKind.Prosody),
    ["in-ejabberd"] = () => MailsIn.MeasureAsync(ServerKind.Ejabberd),
    ["checks"] = Checks.MeasureAsync,
    ["out"] = MessagesOut.MeasureAsync,
    ["latency"] = DotToScreen.MeasureAsync,
    ["translate"] = Translations.MeasureAsync,
    ["footprint"] = Footprint.MeasureAsync,
    ["files"] = Files.MeasureAsync,
};
var rows = new List<Row>();
try
{
    foreach (var part in parts.Where(part => args.Length == 0 || args.Contains(part.Key)))
        rows.AddRange(await part.Value());
}
finally
{
    Row.Print(rows);
    WorkFolder.Remove();
}

return rows.All(row => row.Reached) ? 0 : 1;
