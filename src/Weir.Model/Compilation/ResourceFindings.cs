using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>Collects what is wrong with one resource while it compiles; the lists belong to the compilation.</summary>
internal sealed class ResourceFindings(
    DefinitionOrigin origin,
    ImmutableArray<ConfigurationError>.Builder errors,
    ImmutableArray<ConfigurationWarning>.Builder warnings)
{
    public string Label => origin.Label;

    public bool HasErrors { get; private set; }

    public void Error(
        string property,
        string message,
        string? allowed = null,
        string awsCode = AwsErrorCodes.ValidationError,
        string? awsMessage = null)
    {
        HasErrors = true;
        errors.Add(new ConfigurationError
        {
            Resource = origin.Label,
            Property = property,
            Message = message,
            Allowed = allowed,
            Location = origin.Locate(property),
            AwsErrorCode = awsCode,
            AwsMessage = awsMessage,
        });
    }

    public void NotSupportedYet(string property, string what, string? allowed = null) =>
        Error(property, $"{what} is not supported yet", allowed, AwsErrorCodes.InvalidConfigurationRequest);

    public void Warning(string property, string message) =>
        warnings.Add(new ConfigurationWarning(origin.Label, property, message, origin.Locate(property)));
}
