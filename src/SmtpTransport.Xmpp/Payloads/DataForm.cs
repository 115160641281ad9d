using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Named values (XEP-0004 §3), as in the answers of services.</summary>
/// <param name="Type">Such as <c>form</c> or <c>result</c>.</param>
public sealed record DataForm(string Type, IReadOnlyList<DataField> Fields) : IPayload<DataForm>
{
    public static readonly XNamespace Namespace = "jabber:x:data";

    public static XName ElementName { get; } = Namespace + "x";

    /// <summary>What the fields mean (XEP-0068).</summary>
    public string? FormType => this["FORM_TYPE"];

    /// <summary>The first value of a field, or null.</summary>
    public string? this[string name] => Fields.FirstOrDefault(field => field.Name == name)?.Values is [var first, ..] ? first : null;

    public static DataForm Parse(XElement element) =>
        new((string?)element.Attribute("type") ?? "form", [.. element.Elements(Namespace + "field").Select(DataField.Parse).OfType<DataField>()]);

    public XElement ToXml() => new(ElementName, new XAttribute("type", Type), Fields.Select(field => field.ToXml()));
}

/// <param name="Type">Such as <c>hidden</c>; null where nobody says it.</param>
public sealed record DataField(string Name, IReadOnlyList<string> Values, string? Type = null)
{
    internal static DataField? Parse(XElement element) =>
        (string?)element.Attribute("var") is { } name
            ? new DataField(name, [.. element.Elements(DataForm.Namespace + "value").Select(value => value.Value)], (string?)element.Attribute("type"))
            : null;

    internal XElement ToXml() =>
        new(DataForm.Namespace + "field",
            new XAttribute("var", Name),
            Type is null ? null : new XAttribute("type", Type),
            Values.Select(value => new XElement(DataForm.Namespace + "value", value)));
}
