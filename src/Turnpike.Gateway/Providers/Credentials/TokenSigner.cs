using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Puts an access token on requests, as a bearer.</summary>
internal sealed class TokenSigner : IRequestSigner
{
    private const int SecondsUsual = 3600;

    // A request may wait in queues before somebody looks at its token, and clocks differ.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly ITokenSource _source;
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly CredentialCache<Secret> _tokens;

    public TokenSigner(ITokenSource source, HttpMessageHandler handler, TimeProvider time)
    {
        (_source, _time) = (source, time);
        _invoker = new(handler, disposeHandler: false);
        _tokens = new(FetchAsync, time);
    }

    public async ValueTask SignAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        message.Headers.Authorization = new("Bearer", (await _tokens.GetAsync(cancellationToken)).Reveal());

    private async Task<Expiring<Secret>> FetchAsync(CancellationToken cancellationToken)
    {
        using var question = await _source.QuestionAsync(_time.GetUtcNow(), cancellationToken);
        using var answer = JsonDocument.Parse(await CredentialCall.SendAsync(_invoker, question, cancellationToken));
        var value = answer.RootElement.TryGetProperty("access_token", out var given) ? given.GetString() : null;
        ArgumentException.ThrowIfNullOrEmpty(value);
        _ = new AuthenticationHeaderValue("Bearer", value); // throws where it is none
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(SecondsOf(answer.RootElement));
        return new(new Secret(value), end - Early, end);
    }

    // A number, but a text of machines' identities.
    private static int SecondsOf(JsonElement answer) =>
        !answer.TryGetProperty("expires_in", out var life) ? SecondsUsual
        : life.ValueKind == JsonValueKind.Number && life.TryGetInt32(out var seconds) ? Math.Clamp(seconds, 0, 86_400)
        : life.ValueKind == JsonValueKind.String && int.TryParse(life.GetString(), CultureInfo.InvariantCulture, out seconds) ? Math.Clamp(seconds, 0, 86_400)
        : SecondsUsual;
}
