using System.Net;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Checks one target, from one check's start to the next at the configured interval, and draws its state from the
/// results. The first check is made at once, the second at a random time within the interval: targets that were
/// registered together are not checked together. Runs on the checking loop. Source: ALB user guide, health checks for
/// target groups.
/// </summary>
internal sealed class HealthCheck(HealthBook book, TargetSnapshot target) : ITimerTarget
{
    private LoopTimer? _next;
    private HealthProbe? _probe;
    private TargetGroupSnapshot? _group;
    private TargetTls? _tls;
    private int _successes;
    private int _failures;
    private bool _isFirst;
    private bool _stopped;

    public TargetHealth Health { get; } = new();

    /// <summary>The group's, by the last snapshot that had the target.</summary>
    public TimeSpan DeregistrationDelay => _group?.DeregistrationDelay ?? TimeSpan.Zero;

    /// <summary>Goes on with the settings of a new snapshot; the first time, begins.</summary>
    public void Apply(Loop loop, TargetGroupSnapshot group, TargetTls? tls)
    {
        _tls = tls;
        HealthCheckSnapshot? before = _group?.HealthCheck;
        _group = group;
        _next ??= new LoopTimer(loop, this);
        if (!group.IsInUse)
        {
            Pause(TargetHealthStatus.NotInUse);
        }
        else if (!group.HealthCheck.Enabled)
        {
            Pause(TargetHealthStatus.ChecksDisabled);
        }
        else if (!_next.IsSet)
        {
            _successes = _failures = 0;
            Set(TargetHealthStatus.InitialHealthChecking);
            _isFirst = true;
            _next.Set(loop.NowMs);
        }
        else if (before?.Interval != group.HealthCheck.Interval)
        {
            _next.Set(loop.NowMs + SpreadMs(loop, group.HealthCheck));
        }
    }

    /// <summary>No more checks; the state stays. A check under way has no result.</summary>
    public void Stop()
    {
        _stopped = true;
        _next?.Clear();
        _probe?.Cancel();
    }

    /// <summary>The target is no longer registered.</summary>
    public void Deregister()
    {
        Stop();
        Set(TargetHealthStatus.Draining);
    }

    public void OnTimer(LoopTimer timer)
    {
        Loop loop = Loop.Current;
        HealthCheckSnapshot settings = _group!.HealthCheck;
        timer.Set(loop.NowMs + (_isFirst ? SpreadMs(loop, settings) : (long)settings.Interval.TotalMilliseconds));
        _isFirst = false;
        // The timeout is shorter than the interval, so the one before has ended; a changed setting may shorten both.
        _probe?.Cancel();
        _probe = new HealthProbe(loop, new IPEndPoint(target.Address, settings.PortFor(target)), settings, _group.ProtocolVersion, _tls);
        Loop.Start(Run(_probe));
    }

    // After the timeout, so that the check that now begins can end, and within the interval.
    private static long SpreadMs(Loop loop, HealthCheckSnapshot settings)
    {
        int timeoutMs = (int)settings.Timeout.TotalMilliseconds;
        int intervalMs = (int)settings.Interval.TotalMilliseconds;
        return timeoutMs + 1 + loop.Random.Next(intervalMs - timeoutMs);
    }

    private async LoopTask Run(HealthProbe probe)
    {
        TargetHealthStatus result = await probe.Run();
        if (!_stopped && _probe == probe)
        {
            _probe = null;
            Record(result);
        }
    }

    // The first success after registration is enough; later, as many in a row as the thresholds say.
    private void Record(TargetHealthStatus result)
    {
        HealthCheckSnapshot settings = _group!.HealthCheck;
        TargetHealthState state = Health.Status.State;
        if (result.State == TargetHealthState.Healthy)
        {
            _failures = 0;
            _successes++;
            if (state == TargetHealthState.Initial || (state != TargetHealthState.Healthy && _successes >= settings.HealthyThreshold))
            {
                Set(TargetHealthStatus.Healthy);
            }
        }
        else
        {
            _successes = 0;
            _failures++;
            if (state == TargetHealthState.Unhealthy || _failures >= settings.UnhealthyThreshold)
            {
                Set(result);
            }
        }
    }

    private void Pause(TargetHealthStatus status)
    {
        _next!.Clear();
        _probe?.Cancel();
        _probe = null;
        Set(status);
    }

    private void Set(TargetHealthStatus status)
    {
        if (Health.Status != status)
        {
            Health.Set(status);
            book.Changed();
        }
    }
}
