namespace Weir.Model;

/// <summary>What a rule is to do, as somebody defined it; one derived type for each kind. Immutable.</summary>
public abstract record ActionDefinition
{
    private protected ActionDefinition()
    {
    }

    /// <summary>Forwarding everything to one target group, named by ARN or name.</summary>
    public static ForwardActionDefinition ForwardTo(string targetGroup) =>
        new() { TargetGroups = [new WeightedTargetGroupDefinition(targetGroup)] };
}
