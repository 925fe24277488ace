namespace Weir.Diagnosis.Probing;

/// <summary>What is spoken on a probe's connection: HTTP/1.1, or HTTP/2. Owned by the connection, used by one at a time.</summary>
internal interface IDialogue
{
    /// <summary>What the target said of the connection's end; over HTTP/1.1 answers say it, and this is null.</summary>
    GoAway? GoAway { get; }

    /// <summary>What the target has announced; null before it has, and over HTTP/1.1.</summary>
    Http2Settings? Settings { get; }

    /// <summary>Sends a request and reads its answer.</summary>
    Task<AnswerOutcome> Ask(ProbeRequest request, bool asks, CancellationToken cancel);

    /// <summary>
    /// Reads until the target ends the connection. False: it says that it will, and leaves that to others. A reset is an
    /// <see cref="IOException"/>.
    /// </summary>
    /// <param name="unasked">Gets what is neither an answer nor what the protocol needs.</param>
    Task<bool> ReadToEnd(Unasked unasked, CancellationToken cancel);
}
