namespace Weir.Model;

/// <summary>What is done about target connections that may be closing; part of a <see cref="LoadBalancerSnapshot"/>.</summary>
public sealed record StaleConnectionSettings
{
    /// <summary>`weir.stale_connection.mode`.</summary>
    public required StaleConnectionMode Mode { get; init; }

    /// <summary>`weir.stale_connection.learn_from_hints`.</summary>
    public required bool LearnsFromHints { get; init; }

    /// <summary>`weir.stale_connection.held_body_bytes`: of a request's body, so that it can be sent again.</summary>
    public required int HeldBodyBytes { get; init; }

    /// <summary>`weir.stale_connection.round_trip_milliseconds`; zero: as the kernel measures it.</summary>
    public required TimeSpan RoundTrip { get; init; }
}
