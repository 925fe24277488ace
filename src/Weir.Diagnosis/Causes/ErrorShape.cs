namespace Weir.Diagnosis.Causes;

/// <summary>What one line of an error shows by itself.</summary>
internal enum ErrorShape : byte
{
    /// <summary>The code or a reason beside it names the cause.</summary>
    Named,

    /// <summary>502 with a target and without times: no connection, or none that could be used.</summary>
    NotConnected,

    /// <summary>504: which wait ended shows in how long it took, once the idle timeout is known.</summary>
    Silent,

    /// <summary>502 after the request was sent: the target closed, or its answer was no answer.</summary>
    Cut,
}
