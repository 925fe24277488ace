using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>Health checks of a target, made only while its state may change: a healthy target that stays so costs no events.</summary>
internal sealed class HealthMonitor(Universe universe, Target target)
{
    private int _streak;
    private bool _isWatching;

    public void Watch()
    {
        if (_isWatching || !target.Group.Plan.HealthSeesThePort) return;
        _isWatching = true;
        _streak = 0;
        universe.After(Ticks.Of(universe.Random.Unit() * target.Group.Plan.HealthIntervalSeconds), Check);
    }

    private void Check()
    {
        bool passes = target.Acceptance == Acceptance.Listening;
        bool agrees = passes == target.IsHealthy;
        _streak = agrees ? 0 : _streak + 1;
        if (_streak >= (passes ? target.Group.Plan.HealthyThreshold : target.Group.Plan.UnhealthyThreshold))
        {
            target.IsHealthy = passes;
            _streak = 0;
        }

        if (passes && target.IsHealthy)
        {
            _isWatching = false;
            return;
        }

        universe.After(Ticks.Of(target.Group.Plan.HealthIntervalSeconds), Check);
    }
}
