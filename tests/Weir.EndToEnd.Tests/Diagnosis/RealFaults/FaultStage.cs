using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

/// <summary>For how long the services of a run are used, and the only waits in it: those between one request or fault and the next.</summary>
/// <param name="duration">From its making.</param>
/// <param name="reload">Has the balancer read what targets its services have now.</param>
internal sealed class FaultStage(TimeSpan duration, Func<Task> reload)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public TimeSpan Duration => duration;

    /// <summary>Waits; false if the stage ends first.</summary>
    public async Task<bool> Pause(TimeSpan time)
    {
        TimeSpan left = duration - _elapsed.Elapsed;
        bool goesOn = time < left;
        TimeSpan wait = goesOn ? time : left;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait);
        }

        return goesOn;
    }

    public Task Reload() => reload();
}
