using System.Collections.Frozen;
using System.Collections.Immutable;
using static Weir.Model.AttributeDefinition;

namespace Weir.Model;

/// <summary>
/// The attributes of a listener: new names for request headers, and headers put on every response. An empty value,
/// the default of all but one, leaves things as they are.
/// </summary>
// Source: ALB user guide, header modification; ELBv2 API model
public static class ListenerAttributes
{
    /// <summary>False removes `Server: awselb/2.0` from the balancer's own responses.</summary>
    public static AttributeDefinition ServerHeaderEnabled { get; } =
        ForFlag("routing.http.response.server.enabled", true);

    public static AttributeDefinition CertificateSerialNumberName { get; } = ForRequest("x_amzn_mtls_clientcert_serial_number");

    public static AttributeDefinition CertificateIssuerName { get; } = ForRequest("x_amzn_mtls_clientcert_issuer");

    public static AttributeDefinition CertificateSubjectName { get; } = ForRequest("x_amzn_mtls_clientcert_subject");

    public static AttributeDefinition CertificateValidityName { get; } = ForRequest("x_amzn_mtls_clientcert_validity");

    public static AttributeDefinition CertificateLeafName { get; } = ForRequest("x_amzn_mtls_clientcert_leaf");

    public static AttributeDefinition CertificateName { get; } = ForRequest("x_amzn_mtls_clientcert");

    public static AttributeDefinition TlsVersionName { get; } = ForRequest("x_amzn_tls_version");

    public static AttributeDefinition TlsCipherSuiteName { get; } = ForRequest("x_amzn_tls_cipher_suite");

    /// <summary>The attributes that put a header on every response, each with that header's name.</summary>
    public static ImmutableArray<(AttributeDefinition Attribute, string HeaderName)> InsertedHeaders { get; } =
    [
        (ForResponse("strict_transport_security"), "Strict-Transport-Security"),
        (ForResponse("access_control_allow_origin"), "Access-Control-Allow-Origin"),
        (ForResponse("access_control_allow_methods"), "Access-Control-Allow-Methods"),
        (ForResponse("access_control_allow_headers"), "Access-Control-Allow-Headers"),
        (ForResponse("access_control_allow_credentials"), "Access-Control-Allow-Credentials"),
        (ForResponse("access_control_expose_headers"), "Access-Control-Expose-Headers"),
        (ForResponse("access_control_max_age"), "Access-Control-Max-Age"),
        (ForResponse("content_security_policy"), "Content-Security-Policy"),
        (ForResponse("x_content_type_options", "nosniff", static value => value == "nosniff"),
            "X-Content-Type-Options"),
        (ForResponse("x_frame_options", "DENY, SAMEORIGIN or ALLOW-FROM <uri>", IsFrameOption), "X-Frame-Options"),
    ];

    public static AttributeTable Table { get; } = new(
        "Listener",
        [
            CertificateSerialNumberName,
            CertificateIssuerName,
            CertificateSubjectName,
            CertificateValidityName,
            CertificateLeafName,
            CertificateName,
            TlsVersionName,
            TlsCipherSuiteName,
            ServerHeaderEnabled,
            .. InsertedHeaders.Select(static header => header.Attribute),
        ],
        new Dictionary<string, string>
        {
            ["tcp.idle_timeout.seconds"] = "listeners of network and gateway load balancers",
        }.ToFrozenDictionary());

    // All of these rename headers that exist on HTTPS listeners only.
    private static AttributeDefinition ForRequest(string header) => ForText(
        $"routing.http.request.{header}.header_name",
        new AttributeTextRule("a header name: letters, digits and !#$%&'*+-.^_`|~", HeaderText.IsToken));

    private static AttributeDefinition ForResponse(
        string header, string? allowed = null, Func<string, bool>? accepts = null) => ForText(
        $"routing.http.response.{header}.header_value",
        new AttributeTextRule(
            allowed ?? HeaderText.AllowedValue,
            value => HeaderText.IsInsertedValue(value) && (accepts is null || accepts(value))));

    private static bool IsFrameOption(string value) =>
        value is "DENY" or "SAMEORIGIN" || value.StartsWith("ALLOW-FROM ", StringComparison.Ordinal);
}
