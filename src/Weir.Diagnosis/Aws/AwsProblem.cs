using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Weir.Diagnosis.Sources;

namespace Weir.Diagnosis.Aws;

/// <summary>Turns what the SDK throws into one sentence that a user can act on.</summary>
internal static class AwsProblem
{
    /// <summary>Why a request failed. Null for what is a bug of ours and no problem with AWS.</summary>
    /// <param name="exception">What the SDK threw.</param>
    /// <param name="deed">What was to be done: <c>list s3://…</c>.</param>
    /// <param name="permission">What the credentials need for it.</param>
    public static SourceException? Explain(Exception exception, string deed, string permission)
    {
        string? reason = exception switch
        {
            XmlException or AmazonUnmarshallingException => NotOfAws(exception),
            AmazonServiceException { StatusCode: 0 } or HttpRequestException or IOException => $"no answer: {Innermost(exception)}",
            AmazonServiceException service => Reason(service.ErrorCode, service.StatusCode, service.Message, permission),
            AmazonClientException => Innermost(exception),
            _ => null,
        };
        return reason is null ? null : new SourceException($"cannot {deed}: {reason}", exception);
    }

    /// <summary>Of an answer that nobody can make sense of: a page of a proxy or a login, or what else listens there.</summary>
    public static string NotOfAws(Exception exception) => $"the answer is not AWS's: {Innermost(exception)}";

    /// <summary>Why a request failed, from an answer's code.</summary>
    public static string Reason(string? code, HttpStatusCode status, string message, string permission) => (code, status) switch
    {
        ("ExpiredToken" or "ExpiredTokenException" or "RequestExpired", _) => "the AWS credentials have expired",
        ("RequestTimeTooSkewed", _) => "the clock of this machine is wrong; AWS accepts requests of the last minutes only",
        _ when IsOfCredentials(code) => $"AWS does not accept the credentials ({OneLine(message)})",
        // With 403, but the credentials are good.
        ("InvalidObjectState", _) => "it is archived; restore it from its storage class first",
        ("AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation", _) or (_, HttpStatusCode.Forbidden) =>
            $"access denied; the credentials need {permission} ({OneLine(message)})",
        ("NoSuchBucket", _) => "there is no such bucket",
        ("NoSuchKey", _) => "it is not there any more",
        ("PreconditionFailed", _) or (_, HttpStatusCode.PreconditionFailed) => "it was changed while it was read",
        ("PermanentRedirect" or "AuthorizationHeaderMalformed", _) => $"the bucket is in another region; give it with --region ({OneLine(message)})",
        _ => $"AWS answered {(int)status} {code}: {OneLine(message)}",
    };

    /// <summary>Why there are no credentials. Null where the looking was ended.</summary>
    public static SourceException? ExplainCredentials(Exception exception, string profile)
    {
        string? sentence = exception switch
        {
            SourceException => exception.Message,
            ProfileNotFoundException => $"there is no AWS profile {profile} in ~/.aws/config or ~/.aws/credentials",
            ProcessAWSCredentialException => $"the credential_process of the AWS profile {profile} failed: {Innermost(exception)}",
            _ when Contains(exception, "SSO Token") => $"the SSO session of the AWS profile {profile} has ended: run aws sso login --profile {profile}",
            _ when Contains(exception, "missing runtime dependency") => $"the AWS profile {profile} is of a kind that is not supported here; aws configure export-credentials gives keys of it",
            AmazonClientException when Contains(exception, "Failed to resolve AWS credentials") =>
                "no AWS credentials: none in the environment, in a profile, or from this machine's role; set AWS_PROFILE or give --profile",
            OperationCanceledException => null,
            // A profile can be wrong in as many ways as the SDK has exceptions.
            _ => $"the AWS profile {profile} gives no credentials: {Whole(exception)}",
        };
        return sentence is null ? null : new SourceException(sentence, exception);
    }

    /// <summary>What lies at the bottom of it, in one line.</summary>
    public static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return OneLine(exception.Message);
    }

    private static bool IsOfCredentials(string? code) =>
        code is "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidClientTokenId" or "UnrecognizedClientException" or "InvalidToken" or "IncompleteSignature";

    private static bool Contains(Exception? exception, string words)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static string Whole(Exception exception)
    {
        string inner = Innermost(exception);
        string outer = OneLine(exception.Message).TrimEnd('.');
        return inner.TrimEnd('.') == outer ? outer : $"{outer}: {inner.TrimEnd('.')}";
    }

    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
