using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Asks a provider how many tokens a prompt has. It costs nothing, so it is no attempt: a provider that does not answer is not asked again.</summary>
internal sealed class CountSender(Upstreams upstreams, TimeProvider time)
{
    private const int AnswerBytesMax = 64 << 10;

    /// <summary>Sent for the end user: who it is does not change the count.</summary>
    private const string Nobody = "none";

    /// <summary>There is an estimate to tell instead, so nobody waits longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The count; or the error where the provider refuses the prompt; neither where it cannot be asked or does not tell.</summary>
    /// <param name="body">What is sent, for the endpoint as it is asked.</param>
    public async Task<(long? Tokens, GatewayError? Error)> AskAsync(
        HttpContext http, ICallerFormat format, Endpoint endpoint, Func<UpstreamTarget, HttpContent> body)
    {
        var upstream = upstreams.For(endpoint);
        var places = upstream.Connections.Places;
        if (upstream.Signer is not null || upstream.AddressOf(Operation.CountTokens, stream: false) is not { } address || !places.Wait(0))
        {
            return default;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, http.RequestAborted);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, address) { Version = HttpVersion.Version11 };
            upstream.AddHeaders(message);
            CallWriter.PassHeaders(format, http.Request.Headers, upstream, message);
            message.Content = body(new(endpoint, upstream.UpstreamModel, AffordedOutput: null, User: Nobody));
            using var response = await upstream.Connections.Invoker.SendAsync(message, ended.Token);
            return await ReadAsync(response, upstream, ended.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            return default;
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<(long? Tokens, GatewayError? Error)> ReadAsync(HttpResponseMessage response, Upstream upstream, CancellationToken cancellationToken)
    {
        var answer = new PooledBuffer();
        try
        {
            using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            while (answer.Length < AnswerBytesMax && (read = await stream.ReadAsync(answer.ReserveMemory(4096), cancellationToken)) > 0)
            {
                answer.Advance(read);
            }

            if (response.StatusCode == HttpStatusCode.OK)
            {
                using var document = JsonDocument.Parse(answer.Memory);
                return (document.RootElement.Integer("input_tokens") is { } tokens and >= 0 ? tokens : null, null);
            }

            var error = UpstreamFailure.FromStatus(
                upstream.Endpoint.Provider.Name,
                (int)response.StatusCode,
                upstream.Format.ReadError(response.Headers, answer.Memory),
                LimitHeaders.WaitAfter((int)response.StatusCode, response.Headers, time.GetUtcNow(), upstream.Endpoint.Provider.Quirks.ResetUnit)).Error;
            return (null, error.Fault == Fault.Caller ? error : null);
        }
        finally
        {
            answer.Dispose();
        }
    }
}
