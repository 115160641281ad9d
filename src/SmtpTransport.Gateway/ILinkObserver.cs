namespace SmtpTransport.Gateway;

/// <summary>Who must know when the component link comes and goes. Neither call may wait for anything.</summary>
public interface ILinkObserver
{
    void LinkUp();

    void LinkDown();
}
