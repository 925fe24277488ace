using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Weir.Diagnosing;

/// <summary>
/// Takes out of a text what a report that is passed on should not tell: query strings and path parameters, passwords in URLs,
/// whole addresses other than those of targets, account numbers, and the folders that a log lay in.
/// </summary>
internal sealed partial class Redaction
{
    // Source: the usual lengths of one subscriber's network, /24 and /48.
    private const int PrefixBytes4 = 3;
    private const int PrefixBytes6 = 6;

    private const string Gone = "…";

    private readonly FrozenSet<IPAddress> _targets;

    /// <param name="targets">`address:port`: these stay, since without them nobody finds what to repair.</param>
    public Redaction(IEnumerable<string> targets) => _targets = targets.Select(HostOf).OfType<IPAddress>().ToFrozenSet();

    /// <summary>A URL, to its end: a log may have spaces in it.</summary>
    public string Url(string url)
    {
        string shown = UserInfo().Replace(url, "://");
        Match rest = UrlRest().Match(shown);
        return Addresses(rest.Success ? shown[..rest.Index] + rest.Value[..1] + Gone : shown);
    }

    /// <summary>A sentence that may have URLs, addresses or account numbers in it.</summary>
    public string Sentence(string text) =>
        Addresses(Arn(QueryInText().Replace(UserInfo().Replace(text, "://"), static match => match.Value[..1] + Gone)));

    public static string Arn(string text) => AccountInArn().Replace(text, Gone);

    /// <summary>The last part of a path, without the account number that the names of delivered logs begin with.</summary>
    public string File(string path) => Addresses(AccountInFile().Replace(path[(path.LastIndexOfAny(['/', '\\']) + 1)..], Gone));

    private string Addresses(string text) => AddressLike().Replace(text, match =>
        IPAddress.TryParse(match.Value, out IPAddress? address) && !_targets.Contains(address) && !IPAddress.IsLoopback(address)
            ? Shortened(address)
            : match.Value);

    private static string Shortened(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        int kept = address.AddressFamily == AddressFamily.InterNetwork ? PrefixBytes4 : PrefixBytes6;
        bytes.AsSpan(kept).Clear();
        return $"{new IPAddress(bytes)}/{kept * 8}";
    }

    private static IPAddress? HostOf(string target)
    {
        int colon = target.LastIndexOf(':');
        return IPAddress.TryParse(colon > 0 ? target[..colon] : target, out IPAddress? address) ? address : null;
    }

    // An encoded question mark still begins what was meant to be a query.
    [GeneratedRegex("[?#;]|%3f|%3b|%23", RegexOptions.IgnoreCase)]
    private static partial Regex UrlRest();

    [GeneratedRegex(@"(?<=/[^\s""']*)(?:[?#;]|%3f)(?!…)[^\s""')\]]+", RegexOptions.IgnoreCase)]
    private static partial Regex QueryInText();

    [GeneratedRegex(@"://[^\s/@""]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<=\barn:[\w-]*:[\w-]*:[\w-]*:)\d{12}(?=:)")]
    private static partial Regex AccountInArn();

    [GeneratedRegex(@"(?<=^(?:conn_log_|health_check_log_)?)\d{12}(?=_)")]
    private static partial Regex AccountInFile();

    [GeneratedRegex(@"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)|(?:[0-9a-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4})?(?![\w:]))", RegexOptions.IgnoreCase)]
    private static partial Regex AddressLike();
}
