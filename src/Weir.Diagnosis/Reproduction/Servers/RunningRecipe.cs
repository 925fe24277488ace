using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Weir.Diagnosis;

/// <summary>A server of the user's that runs already: it is used as it is, and never restarted.</summary>
internal sealed class RunningRecipe(IPEndPoint endPoint, bool isTls, bool isHttp2) : ServerRecipe
{
    public override string Name => isTls ? $"https://{endPoint}" : endPoint.ToString();

    public override string PlainSetting => "as it is";

    public override bool CanBeFixed => false;

    public override TimeSpan StartLimit => LaboratoryConnection.ConnectLimit;

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"keep-alive of {keepAlive.TotalSeconds:0} s or more");

    public override async Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel)
    {
        try
        {
            (Socket socket, Stream stream) = await LaboratoryConnection.Connect(
                endPoint, isTls ? LaboratoryTls.AsClient(isHttp2: isHttp2) : null, cancel);
            await stream.DisposeAsync();
            socket.Dispose();
            return new RunningServer { EndPoint = endPoint };
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            throw new ReproductionException(
                ReproductionOutcome.ServerDidNotStart,
                $"{endPoint} does not agree on TLS{(isHttp2 ? " with HTTP/2" : "")}: {exception.Message} Is it plain{(isHttp2 ? ", or of HTTP/1.1" : "")}? http://… tries {(isHttp2 ? "the one, --protocol-version HTTP1 the other" : "that")}");
        }
        catch (SocketException exception)
        {
            throw new ReproductionException(ReproductionOutcome.ServerDidNotStart, exception.SocketErrorCode == SocketError.TimedOut
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"nothing answers at {endPoint} within {LaboratoryConnection.ConnectLimit.TotalSeconds:0} s: the address is wrong, or a firewall drops what goes there")
                : $"nobody accepts connections at {endPoint}: {exception.Message}");
        }
    }
}
