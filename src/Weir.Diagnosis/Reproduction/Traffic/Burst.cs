namespace Weir.Diagnosis;

/// <summary>One round of traffic: many connections made idle at once, then each used again. Immutable.</summary>
/// <param name="First">The requests that made them idle.</param>
/// <param name="Requests">Those that used them again.</param>
/// <param name="Readied">How long it took until all were idle: the first answer's connection had been so for that long.</param>
/// <param name="CloseAges">At which ages the balancer saw connections being closed.</param>
/// <param name="IdleCloseAges">Of these, those of connections on which the target had nothing left to answer.</param>
/// <param name="Withheld">How many of <paramref name="Requests"/> found such a connection, and were not given it for its age.</param>
/// <param name="KnowsTargetLog">The target's log has all that it answered, so that what is missing there says something.</param>
internal sealed record Burst(
    RaceRequest[] First, RaceRequest[] Requests, TimeSpan From, TimeSpan To, TimeSpan Readied, TimeSpan[] CloseAges, TimeSpan[] IdleCloseAges, int Withheld, bool KnowsTargetLog);
