namespace Weir;

/// <summary>Every exit code of the program, once; docs/exit-codes.md explains them to users.</summary>
// Source: sysexits.h
internal enum ExitCode
{
    /// <summary>Done; a node drained without cutting a request.</summary>
    Done = 0,

    /// <summary>The answer is no: a check found errors, a drain had to cut requests, a fix did not hold.</summary>
    Failed = 1,

    /// <summary>Nothing was shown either way: too few requests met the close within the time.</summary>
    Inconclusive = 2,

    /// <summary>A diagnosis found causes: a script tells it from nothing found (0) and from no diagnosis (1).</summary>
    Found = Inconclusive,

    /// <summary>No race is possible: the target keeps idle connections longer than the balancer.</summary>
    OutlivesBalancer = 3,

    /// <summary>No race is possible: the target closes every connection after its answer.</summary>
    NeverReused = 4,

    /// <summary>A race is possible, so late that there is no time to show it.</summary>
    ClosesTooLate = 5,

    /// <summary>The race was shown, and the time was over before all that should stop it had been tried.</summary>
    TimeOver = 6,

    /// <summary>The race was shown, and of what should stop it too little was tried to tell.</summary>
    TooFewRequests = 7,

    /// <summary>Requests got 502s that are not the race, so that nothing is to be told of it.</summary>
    OtherFailures = 8,

    /// <summary>Over HTTP/2 requests met the target's close, which it announces: they were sent again, and none got 502.</summary>
    SentAgain = 9,

    /// <summary>EX_USAGE: an option or its value is wrong.</summary>
    Usage = 64,

    /// <summary>EX_NOHOST: a target's name has no address at start.</summary>
    UnknownHost = 68,

    /// <summary>EX_UNAVAILABLE: a listen address is in use, or is not an address of this machine.</summary>
    AddressUnavailable = 69,

    /// <summary>EX_SOFTWARE: a bug of Weir.</summary>
    Internal = 70,

    /// <summary>EX_OSERR: a server that was to be started ended at once, or does not answer.</summary>
    ServerNotStarted = 71,

    /// <summary>EX_OSFILE: a program that was asked for is not on this machine.</summary>
    ProgramMissing = 72,

    /// <summary>EX_CANTCREAT: the access log cannot be written.</summary>
    CannotWriteLog = 73,

    /// <summary>EX_TEMPFAIL: no node answers where one was asked for.</summary>
    NodeUnreachable = 75,

    /// <summary>EX_NOPERM: this user may not listen on that port.</summary>
    NotPermitted = 77,

    /// <summary>EX_CONFIG: a template is wrong or cannot be read.</summary>
    Configuration = 78,

    /// <summary>Not of sysexits.h: this process may not have as many files open as the command needs at the least.</summary>
    TooFewDescriptors = 79,

    /// <summary>Not of sysexits.h: the command needs Linux, and this is another system.</summary>
    NeedsLinux = 80,

    /// <summary>128 + SIGINT, as shells have it: interrupted before the node ran.</summary>
    Interrupted = 130,

    /// <summary>128 + SIGPIPE, as shells have it: whoever read the standard output is gone.</summary>
    ReaderGone = 141,

    /// <summary>128 + SIGTERM, as shells have it: told to stop before the node ran.</summary>
    Terminated = 143,
}
