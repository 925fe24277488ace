using System.Runtime.Versioning;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>
/// The errors that a reload has said since the watch of certificates' files last looked, and of which files: the watch, which comes upon
/// the same ones, does not say them again. Owned by the control thread.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ErrorBook
{
    private HashSet<ConfigurationError> _errors = [];
    private IReadOnlyDictionary<string, TlsFileLook> _read = new Dictionary<string, TlsFileLook>();

    /// <summary>Takes what a reload says.</summary>
    /// <param name="errors">All of its errors.</param>
    /// <param name="read">What was read for it.</param>
    public void Replace(IEnumerable<ConfigurationError> errors, IReadOnlyDictionary<string, TlsFileLook> read)
    {
        _errors = [.. errors];
        _read = read;
    }

    /// <summary>Whether the watch has come upon nothing but what has been said.</summary>
    /// <param name="errors">All of its errors.</param>
    /// <param name="read">What was read by it.</param>
    public bool Has(IReadOnlyCollection<ConfigurationError> errors, IReadOnlyDictionary<string, TlsFileLook> read) =>
        errors.All(_errors.Contains) && read.All(IsAsBefore);

    /// <summary>The watch has looked, or a configuration has come into force: what is found from now on is news.</summary>
    public void Clear() => _errors = [];

    // What is wrong with other contents may be called the same, and is news.
    private bool IsAsBefore(KeyValuePair<string, TlsFileLook> read) =>
        !_read.TryGetValue(read.Key, out TlsFileLook? before) || before.Digest == read.Value.Digest;
}
