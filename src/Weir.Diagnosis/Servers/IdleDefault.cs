namespace Weir.Diagnosis.Servers;

/// <summary>What a server does with idle connections as it comes, in some of its versions. Immutable; part of a <see cref="ServerProfile"/>.</summary>
public sealed record IdleDefault
{
    /// <summary>For which versions or modes; empty: for all.</summary>
    public string Versions { get; init; } = "";

    public required IdleBehavior Behavior { get; init; }

    /// <summary>The configured time, seconds; only with <see cref="IdleBehavior.Closes"/>.</summary>
    public double Seconds { get; init; }

    /// <summary>What the server itself adds to the configured time, seconds.</summary>
    public double BufferSeconds { get; init; }

    /// <summary>How often a server looks for idle connections, seconds: it closes up to that much later; 0: a timer for each.</summary>
    public double PollSeconds { get; init; }

    public required SourceMark Mark { get; init; }

    public required string Source { get; init; }

    /// <summary>The earliest close after an answer, seconds.</summary>
    public double ClosesFromSeconds => Seconds + BufferSeconds;

    /// <summary>The latest close after an answer, seconds.</summary>
    public double ClosesToSeconds => Seconds + BufferSeconds + PollSeconds;

    public IdleVerdict VerdictAt(double idleTimeoutSeconds) => Behavior switch
    {
        IdleBehavior.NeverCloses => IdleVerdict.Outlives,
        IdleBehavior.ClosesAfterEachAnswer => IdleVerdict.NoReuse,
        IdleBehavior.SetElsewhere => IdleVerdict.Unknown,
        _ when Seconds > idleTimeoutSeconds => IdleVerdict.Outlives,
        // A buffer is a second at most: that is no margin to build on.
        _ when ClosesFromSeconds >= idleTimeoutSeconds => IdleVerdict.Equal,
        _ => IdleVerdict.Races,
    };

    /// <summary>How the time comes about: <c>its 5 s plus its 1 s buffer</c>.</summary>
    public string Explanation => Behavior switch
    {
        IdleBehavior.NeverCloses => "it closes no idle connection",
        IdleBehavior.ClosesAfterEachAnswer => "it closes after every answer",
        IdleBehavior.SetElsewhere => "another setting decides",
        _ when BufferSeconds > 0 => $"its {Seconds:0.###} s plus its {BufferSeconds:0.###} s buffer",
        _ when PollSeconds > 0 =>
            $"its {Seconds:0.###} s, checked every {PollSeconds:0.###} s: {ClosesFromSeconds:0.###} to {ClosesToSeconds:0.###} s",
        _ => $"its {Seconds:0.###} s",
    };
}
