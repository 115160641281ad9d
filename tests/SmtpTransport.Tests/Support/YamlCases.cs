using YamlDotNet.Serialization;

namespace SmtpTransport.Tests.Support;

/// <summary>Reads test data of several YAML documents in one file, as dictionaries, lists and strings.</summary>
internal static class YamlCases
{
    public static IReadOnlyList<Dictionary<object, object>> Documents(string path)
    {
        var reader = new DeserializerBuilder().Build();
        // A literal that begins with a line of too many spaces is an error to this reader, and nothing to others.
        var text = string.Join('\n', File.ReadLines(path).Select(line => line.Length <= 6 && string.IsNullOrWhiteSpace(line) ? "" : line));
        var parser = new YamlDotNet.Core.Parser(new StringReader(text));
        var documents = new List<Dictionary<object, object>>();
        parser.MoveNext();
        while (parser.MoveNext() && parser.Current is not YamlDotNet.Core.Events.StreamEnd)
            documents.Add(reader.Deserialize<Dictionary<object, object>>(parser));
        return documents;
    }
}
