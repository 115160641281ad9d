namespace SmtpTransport.Gateway.Spool;

/// <summary>No room for this write. Nothing of it has happened.</summary>
public sealed class StorageFullException(Exception reason) : IOException("The storage is full.", reason);
