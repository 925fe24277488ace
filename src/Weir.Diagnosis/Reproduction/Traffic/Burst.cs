namespace Weir.Diagnosis;

/// <summary>One round of traffic: many connections made idle at once, then each used again. Immutable.</summary>
internal sealed record Burst(RaceRequest[] Requests, TimeSpan From, TimeSpan To, TimeSpan[] CloseAges);
