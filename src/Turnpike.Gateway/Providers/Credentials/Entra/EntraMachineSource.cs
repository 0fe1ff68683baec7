using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Entra;

/// <summary>Asks the machine's own metadata for the tokens of the identity that it has: a virtual machine's, or, where the platform has set a header,
/// an app service's.</summary>
/// <remarks>(Source: Microsoft, "How to use managed identities for Azure resources on an Azure VM to acquire an access token", and "… for App
/// Service", version 2019-08-01.)</remarks>
/// <param name="identity">The client id of the identity; <see cref="System"/> for the machine's own.</param>
internal sealed class EntraMachineSource(string address, Secret? header, string identity, string scope) : ITokenSource
{
    public const string System = "system";

    private const string Everything = "/.default";

    public Task<HttpRequestMessage> QuestionAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var resource = scope.EndsWith(Everything, StringComparison.Ordinal) ? scope[..^Everything.Length] : scope;
        var version = header is null ? "2018-02-01" : "2019-08-01";
        var query = $"api-version={version}&resource={Uri.EscapeDataString(resource)}";
        if (identity != System)
        {
            query += $"&client_id={Uri.EscapeDataString(identity)}";
        }

        var question = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}"));
        if (header is { } given)
        {
            question.Headers.TryAddWithoutValidation("X-IDENTITY-HEADER", given.Reveal());
        }
        else
        {
            question.Headers.TryAddWithoutValidation("Metadata", "true");
        }

        return Task.FromResult(question);
    }
}
