using System.Diagnostics;

namespace Weir.Diagnosis;

/// <summary>HTTP/1.1 to a target that is measured.</summary>
internal sealed class Http1MeasuredConnection(LaboratoryClient client, string path) : IMeasuredConnection
{
    public Task<LaboratoryAnswer> Ask(string method, bool asksForKeepAlive, CancellationToken cancel)
    {
        client.Send(method, path, asksForKeepAlive);
        return client.ReceiveAnswer(cancel);
    }

    public async Task<MeasuredEnd?> WaitForEnd(TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        try
        {
            RelayEnd end = await client.WaitForEnd(deadline.Token);
            return new MeasuredEnd(end, Stopwatch.GetTimestamp(), GoAway: null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task<bool> MeetsReset(TimeSpan limit, CancellationToken cancel) => client.MeetsReset(limit);

    public void Dispose() => client.Dispose();
}
