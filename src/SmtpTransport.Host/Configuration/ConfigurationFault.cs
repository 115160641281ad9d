namespace SmtpTransport.Host.Configuration;

/// <summary>One thing wrong with the configuration, and what to write instead. Never holds a secret's value.</summary>
internal sealed record ConfigurationFault(string Key, string Problem, string Cure)
{
    public override string ToString() => $"{Key} {Problem}. {Cure}";
}
