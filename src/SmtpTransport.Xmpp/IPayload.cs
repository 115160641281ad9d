using System.Xml.Linq;

namespace SmtpTransport.Xmpp;

/// <summary>A typed child of a stanza: an immutable record that reads itself from XML and writes itself back.</summary>
public interface IPayload
{
    XElement ToXml();
}

/// <inheritdoc cref="IPayload"/>
public interface IPayload<TSelf> : IPayload where TSelf : class, IPayload<TSelf>
{
    static abstract XName ElementName { get; }

    /// <summary>Null when the element is not a usable <typeparamref name="TSelf"/>; never throws on what a peer sent.</summary>
    static abstract TSelf? Parse(XElement element);
}
