namespace Weir.Model;

/// <summary>One rule of a listener: what it does with the requests it is chosen for. Part of a snapshot, never changed.</summary>
public sealed class RuleSnapshot
{
    /// <summary>The priority that stands for the default rule; real ones begin at 1.</summary>
    public const int DefaultPriority = 0;

    public required string Arn { get; init; }

    /// <summary>1–50000, or <see cref="DefaultPriority"/> for the default rule. The access log writes it as is.</summary>
    public required int Priority { get; init; }

    public required ActionSnapshot Action { get; init; }
}
