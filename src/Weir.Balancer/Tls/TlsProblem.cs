namespace Weir.Balancer;

/// <summary>Why the TLS of a listener or a target group cannot be had.</summary>
/// <param name="ResourceArn">Whose.</param>
/// <param name="Sentence">Names the file or the policy, and what is wrong with it.</param>
public sealed record TlsProblem(string ResourceArn, string Sentence);
