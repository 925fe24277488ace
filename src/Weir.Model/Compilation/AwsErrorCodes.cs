namespace Weir.Model;

/// <summary>The ELBv2 API's error codes that refusals of a configuration carry.</summary>
// Source: ELBv2 API model
public static class AwsErrorCodes
{
    public const string ValidationError = "ValidationError";
    public const string InvalidConfigurationRequest = "InvalidConfigurationRequest";
    public const string InvalidParameterValue = "InvalidParameterValue";
    public const string InvalidTarget = "InvalidTarget";
    public const string CertificateNotFound = "CertificateNotFound";
    public const string DuplicateListener = "DuplicateListener";
    public const string DuplicateLoadBalancerName = "DuplicateLoadBalancerName";
    public const string DuplicateTargetGroupName = "DuplicateTargetGroupName";
    public const string IncompatibleProtocols = "IncompatibleProtocols";
    public const string LoadBalancerNotFound = "LoadBalancerNotFound";
    public const string SSLPolicyNotFound = "SSLPolicyNotFound";
    public const string TargetGroupNotFound = "TargetGroupNotFound";
    public const string TargetGroupAssociationLimit = "TargetGroupAssociationLimit";
    public const string TooManyActions = "TooManyActions";
    public const string TooManyCertificates = "TooManyCertificates";
    public const string TooManyListeners = "TooManyListeners";
    public const string TooManyTargets = "TooManyTargets";
    public const string UnsupportedProtocol = "UnsupportedProtocol";
}
