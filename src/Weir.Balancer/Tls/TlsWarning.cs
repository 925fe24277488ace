namespace Weir.Balancer;

/// <summary>What the owner of a listener's certificates should know, though they can be used.</summary>
/// <param name="ResourceArn">Whose; the first, where several have the same files.</param>
/// <param name="Sentence">Names the file, and what is to be known.</param>
public sealed record TlsWarning(string ResourceArn, string Sentence);
