using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// Decides whether a parsed request may go on: the parser classifies, this is the policy. Source: ALB user guide, desync
/// mitigation mode; the order is that of its request handling.
/// </summary>
internal static class Admission
{
    public static FailureReason Judge(RequestHead request, LoadBalancerSnapshot loadBalancer)
    {
        if (request.Refusal != RequestRefusal.None)
        {
            return OfRefusal(request.Refusal);
        }

        if (IsRefused(request.Classification, loadBalancer.DesyncMitigationMode) || CannotBeWritten(request))
        {
            return FailureReason.SevereDesync;
        }

        if (request.KnownMethod is RequestMethod.Trace or RequestMethod.Connect)
        {
            return FailureReason.MethodNotAllowed;
        }

        return request.Fields.Contains(KnownHeader.XForwardedFor)
            && ForwardedFor.CountAddresses(request) > ForwardedFor.MaxAddresses
            ? FailureReason.TooManyForwardedAddresses
            : FailureReason.None;
    }

    /// <summary>Both connections end after this exchange: another reader may see its end elsewhere.</summary>
    public static bool MustCloseAfter(RequestHead request) => request.Classification >= Classification.Ambiguous;

    private static bool IsRefused(Classification classification, DesyncMitigationMode mode) => mode switch
    {
        DesyncMitigationMode.Monitor => false,
        DesyncMitigationMode.Strictest => classification != Classification.Compliant,
        _ => classification == Classification.Severe,
    };

    // A target with CR, LF or NUL inside would end our own request line early: no mode can ask for that.
    private static bool CannotBeWritten(RequestHead request) =>
        request.ClassificationReason == ClassificationReason.BadUri && request.Classification == Classification.Severe;

    private static FailureReason OfRefusal(RequestRefusal refusal) => refusal switch
    {
        RequestRefusal.RequestLineTooLong => FailureReason.RequestLineTooLong,
        RequestRefusal.HeaderLineTooLong or RequestRefusal.HeadersTooLarge or RequestRefusal.TooManyHeaders
            or RequestRefusal.TooManyConnectionOptions => FailureReason.RequestHeadersTooLarge,
        RequestRefusal.MissingHost => FailureReason.MissingHost,
        RequestRefusal.UnsupportedTransferCoding => FailureReason.TransferCodingNotSupported,
        RequestRefusal.Http09 or RequestRefusal.Http2Preface or RequestRefusal.UnsupportedVersion =>
            FailureReason.VersionNotSupported,
        RequestRefusal.Truncated => FailureReason.ClientClosedInRequest,
        RequestRefusal.InvalidHost => FailureReason.MalformedRequest,
        _ => FailureReason.MalformedRequest,
    };
}
