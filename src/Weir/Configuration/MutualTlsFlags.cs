using System.Collections.Immutable;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>The options about clients' certificates, of `--listen` and of `--template`.</summary>
internal static class MutualTlsFlags
{
    private const string ModeFlag = "--mutual-tls";
    private const string ExpiryFlag = "--ignore-client-expiry";
    private const string AdvertiseFlag = "--advertise-client-ca";
    private const string Modes = "verify or passthrough";

    /// <summary>What the listeners with TLS do; null: they ask for no certificates, or there is an error.</summary>
    public static MutualAuthentication? Read(ConfigurationFlags flags, bool listensWithTls, List<UsageError> errors)
    {
        if ((flags.MutualTls is not null ? ModeFlag : OfVerifying(flags)) is not { } given)
        {
            return null;
        }

        bool verifies = (flags.MutualTls ?? "verify") == "verify";
        UsageError? error =
            flags.MutualTls is not (null or "verify" or "passthrough") ? new UsageError(ModeFlag, flags.MutualTls, "there is no such mode", Modes)
            : !listensWithTls ? new UsageError(given, null, "this is for HTTPS, and no --listen begins with https://")
            : !verifies && OfVerifying(flags) is not null
                ? new UsageError(OfVerifying(flags)!, null, $"this is for {ModeFlag} verify; passthrough verifies nothing")
            : verifies && flags.ClientCa.Length != 1
                ? new UsageError(
                    flags.ClientCa.Length == 0 ? given : TemplateConfiguration.TrustStoreFlag,
                    null,
                    $"to verify clients' certificates needs one {TemplateConfiguration.TrustStoreFlag}, and there are {flags.ClientCa.Length}")
            : null;
        error ??= Unnamed(TemplateConfiguration.TrustStoreFlag, flags.ClientCa) ?? Unnamed(TemplateConfiguration.RevocationFlag, flags.ClientCrl);
        if (error is not null)
        {
            errors.Add(error);
            return null;
        }

        return new MutualAuthentication
        {
            Mode = verifies ? MutualAuthenticationMode.Verify : MutualAuthenticationMode.Passthrough,
            TrustStoreFile = flags.ClientCa.FirstOrDefault(),
            RevocationFiles = [.. flags.ClientCrl],
            IgnoresClientCertificateExpiry = flags.IgnoreClientExpiry,
            AdvertisesTrustStoreCaNames = flags.AdvertiseClientCa,
        };
    }

    /// <summary>The options that a template says itself.</summary>
    public static IEnumerable<(string Option, bool IsGiven)> Given(ConfigurationFlags flags) =>
    [
        (ModeFlag, flags.MutualTls is not null),
        (ExpiryFlag, flags.IgnoreClientExpiry),
        (AdvertiseFlag, flags.AdvertiseClientCa),
    ];

    /// <summary>Files by the trust store of a template, as NAME=FILE; several for one name where that may be.</summary>
    public static Dictionary<string, ImmutableArray<string>> ReadNamed(string option, string[] texts, bool mayBeSeveral, List<UsageError> errors)
    {
        var files = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = text[..Math.Max(0, equals)];
            if (name.Length == 0)
            {
                errors.Add(new UsageError(option, text, "this names no trust store of the template", "ARN=FILE or LOGICAL-ID=FILE"));
            }
            else if (FileNames.Refusal(text[(equals + 1)..]) is { } refusal)
            {
                errors.Add(new UsageError(option, text, refusal));
            }
            else if (files.TryGetValue(name, out ImmutableArray<string> others) && !mayBeSeveral)
            {
                errors.Add(new UsageError(option, text, $"{name} is given twice"));
            }
            else
            {
                files[name] = [.. others.IsDefault ? [] : others, text[(equals + 1)..]];
            }
        }

        return files;
    }

    private static UsageError? Unnamed(string option, string[] files) =>
        (from file in files
         let refusal = FileNames.Refusal(file)
         where refusal is not null
         select new UsageError(option, file, refusal)).FirstOrDefault();

    private static string? OfVerifying(ConfigurationFlags flags) =>
        flags.ClientCa.Length > 0 ? TemplateConfiguration.TrustStoreFlag
        : flags.ClientCrl.Length > 0 ? TemplateConfiguration.RevocationFlag
        : flags.IgnoreClientExpiry ? ExpiryFlag
        : flags.AdvertiseClientCa ? AdvertiseFlag
        : null;
}
