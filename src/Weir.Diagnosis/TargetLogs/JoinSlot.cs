namespace Weir.Diagnosis.TargetLogs;

/// <summary>What one file has for one request, while the file is read. Mutable; lives as long as its <see cref="FileJoin"/>.</summary>
internal sealed class JoinSlot(JoinRequest request, int index, bool isError)
{
    public JoinRequest Request => request;

    /// <summary>Its place among the errors, or among the good requests.</summary>
    public int Index => index;

    public bool IsError => isError;

    /// <summary>The line with its trace id.</summary>
    public TargetLogEntry? ByTrace { get; set; }

    /// <summary>The line that lies nearest to it in time, of those that fit no other request as well.</summary>
    public TargetLogEntry? Nearest { get; set; }

    public long NearestMicroseconds { get; set; } = long.MaxValue;

    /// <summary>Lines that fit it and no other request that is looked for.</summary>
    public int Own { get; set; }

    /// <summary>Lines that fit another one as well, and how many others.</summary>
    public int Contested { get; set; }

    public int Rivals { get; set; }

    /// <summary>Lines of the same path some time before and after it: what chance would put in its window.</summary>
    public int Around { get; set; }
}
