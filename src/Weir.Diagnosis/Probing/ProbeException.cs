namespace Weir.Diagnosis.Probing;

/// <summary>Nothing can be measured, with a sentence that says why: nobody listens, nobody answers, or not as HTTP does.</summary>
public sealed class ProbeException(string message) : Exception(message)
{
    /// <summary>Whether the address refused the connection: nothing listens there at the moment.</summary>
    public bool IsRefusal { get; init; }
}
