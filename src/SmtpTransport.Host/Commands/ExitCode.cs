namespace SmtpTransport.Host.Commands;

internal static class ExitCode
{
    public const int Ok = 0;

    public const int Wrong = 1;

    public const int BadUsage = 2;
}
