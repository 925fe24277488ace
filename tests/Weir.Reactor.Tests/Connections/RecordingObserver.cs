namespace Weir.Reactor.Tests.Connections;

/// <summary>Writes down what it is told, in order.</summary>
internal sealed class RecordingObserver(List<string> log) : IConnectionObserver
{
    public void OnParkedActivity(Connection connection)
    {
        log.Add("parked");
        connection.IsParked = false;
        connection.Close();
    }

    public void OnHangup(Connection connection) => log.Add("hangup");
}
