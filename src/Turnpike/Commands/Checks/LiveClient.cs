using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Commands.Checks;

/// <summary>A caller of the gateway under check.</summary>
internal sealed class LiveClient(Uri address, string key, TimeSpan timeout) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Sends a chat request and reads its answer to the end.</summary>
    /// <exception cref="CommandException">There is no answer within the time-out, or none that can be read.</exception>
    public async Task<LiveAnswer> ChatAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var (status, text) = await SendAsync(HttpMethod.Post, "/api/v1/chat/completions", key, body, cancellationToken);
        var elapsed = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1);
        try
        {
            var answer = text.StartsWith('{') ? Whole(status, JsonNode.Parse(text)!) : Streamed(status, text);
            return answer with { LatencyMs = elapsed };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CommandException("the answer is not what it should be.");
        }
    }

    /// <summary>Reads one of the addresses that tell something; null where it does not.</summary>
    public async Task<JsonNode?> ReadAsync(string path, string withKey, CancellationToken cancellationToken)
    {
        var (status, text) = await SendAsync(HttpMethod.Get, path, withKey, body: null, cancellationToken);
        return status == 200 ? JsonNode.Parse(text)?["data"] : null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int Status, string Text)> SendAsync(HttpMethod method, string path, string withKey, JsonObject? body, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", withKey);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(patience.Token)).TrimStart());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"no answer within {timeout.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException)
        {
            throw new CommandException("the answer broke off.");
        }
    }

    private static LiveAnswer Whole(int status, JsonNode root)
    {
        var message = root["choices"]?[0]?["message"];
        var call = message?["tool_calls"]?[0]?["function"];
        return new LiveAnswer
        {
            Status = status,
            Id = (string?)root["id"],
            Text = (string?)message?["content"] ?? "",
            Reasoning = (string?)message?["reasoning"] ?? "",
            Call = call is null ? null : ((string?)call["name"] ?? "", (string?)call["arguments"] ?? ""),
            FinishReason = (string?)root["choices"]?[0]?["finish_reason"],
            Usage = root["usage"],
            Error = Told(root["error"]),
            IsProvidersError = root["error"]?["metadata"]?["provider_name"] is not null,
        };
    }

    private static LiveAnswer Streamed(int status, string text)
    {
        var answer = new LiveAnswer { Status = status, Error = "the stream has no end" };
        foreach (var line in text.Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)))
        {
            if (line.AsSpan(6).TrimEnd() is "[DONE]")
            {
                return answer.Error == "the stream has no end" ? answer with { Error = null } : answer;
            }

            answer = With(answer, JsonNode.Parse(line[6..])!);
        }

        return answer;
    }

    private static LiveAnswer With(LiveAnswer before, JsonNode chunk)
    {
        var choice = chunk["choices"]?[0];
        var piece = (string?)choice?["delta"]?["content"] ?? "";
        return before with
        {
            Id = (string?)chunk["id"] ?? before.Id,
            Text = before.Text + piece,
            Pieces = before.Pieces + (piece.Length > 0 ? 1 : 0),
            FinishReason = (string?)choice?["finish_reason"] ?? before.FinishReason,
            Usage = chunk["usage"] ?? before.Usage,
            Error = Told(chunk["error"]) ?? before.Error,
        };
    }

    // The provider's own words go beside ours, as far as callers are told them and ours are not theirs already.
    private static string? Told(JsonNode? error)
    {
        var message = (string?)error?["message"];
        var more = error?["metadata"];
        string?[] said = [(string?)more?["provider_code"] is { } code && code != (string?)more?["error_type"] ? code : null, (string?)more?["raw"]];
        var known = said.OfType<string>().ToList();
        return message is null || known.Count == 0 || (said[1] is { } raw && message.Contains(raw, StringComparison.Ordinal)) ? message
            : $"{message} (it said {string.Join(": ", known)})";
    }
}
