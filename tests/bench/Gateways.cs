using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>A gateway without the limits that are meant for strangers.</summary>
internal static class Gateways
{
    public static GatewayProcess New(ComponentSlot slot, int relayPort, Action<GatewayConfiguration>? change = null)
    {
        var configuration = new GatewayConfiguration(WorkFolder.Create("gateway"), slot, relayPort)
        {
            ["Smtp:MaxConnectionsPerAddress"] = 100,
            ["Inbound:MailsPerMinute"] = 1_000_000,
            ["Delivery:MessagesPerHour"] = 0,
            ["Delivery:RecipientsPerDay"] = 1_000_000,
            ["Delivery:NewRecipientsPerDay"] = 1_000_000,
            ["Delivery:RetryAfter"] = new JsonArray("10:00"),
        };
        change?.Invoke(configuration);
        return new GatewayProcess(configuration);
    }

    public static async Task<GatewayProcess> StartAsync(ComponentSlot slot, int relayPort)
    {
        var gateway = New(slot, relayPort);
        await gateway.StartAsync();
        return gateway;
    }
}
