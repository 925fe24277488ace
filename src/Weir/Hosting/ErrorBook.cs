using System.Runtime.Versioning;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>
/// The errors that were said last, and of which files: a reload and the watch of certificates' files come upon the same ones, and the
/// second of them does not say them again. Each says all of its own. Owned by the control thread.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ErrorBook(TimeProvider time)
{
    // Within an interval the watch has looked, and its turn may come late. Behind that whoever reloads is told what is wrong in any case.
    private static readonly TimeSpan _believed = CertificateFileWatch.Interval * 2;

    private HashSet<ConfigurationError> _errors = [];
    private IReadOnlyDictionary<string, TlsFileLook> _read = new Dictionary<string, TlsFileLook>();
    private bool _byWatch;
    private long _at;

    /// <summary>Takes the errors of a configuration that is refused.</summary>
    /// <param name="errors">All of them.</param>
    /// <param name="read">What was read for it.</param>
    /// <param name="byWatch">The watch has come upon them; otherwise a reload.</param>
    /// <returns>Whether they are to be said.</returns>
    public bool Add(IReadOnlyCollection<ConfigurationError> errors, IReadOnlyDictionary<string, TlsFileLook> read, bool byWatch)
    {
        if (byWatch != _byWatch && time.GetElapsedTime(_at) < _believed && errors.All(_errors.Contains) && read.All(IsAsBefore))
        {
            return false;
        }

        _errors = [.. errors];
        _read = read;
        _byWatch = byWatch;
        _at = time.GetTimestamp();
        return true;
    }

    // What is wrong with other contents may be called the same, and is news.
    private bool IsAsBefore(KeyValuePair<string, TlsFileLook> read) =>
        !_read.TryGetValue(read.Key, out TlsFileLook? before) || before.Digest == read.Value.Digest;
}
