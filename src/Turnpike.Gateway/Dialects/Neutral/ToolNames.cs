using System.Security.Cryptography;
using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Names of tools that a provider would refuse, and what it is told instead. The caller does not see these.</summary>
internal sealed class ToolNames
{
    private const int MarkLength = 8;

    private readonly Dictionary<string, string> _fitted = new(StringComparer.Ordinal);
    private readonly List<(byte[] Fitted, byte[] Own)> _told = [];

    private ToolNames()
    {
    }

    /// <summary>The names of a request; null where all of them are taken, as almost always.</summary>
    public static ToolNames? Of(NeutralRequest request, ToolNameRule rule)
    {
        if (request.Tools.Count == 0 && !request.Messages.Exists(static m => m.Parts.Exists(IsNamed)))
        {
            return null; // nothing has a name
        }

        HashSet<string>? refused = null;
        foreach (var name in All(request))
        {
            if (!rule.Takes(name))
            {
                (refused ??= []).Add(name);
            }
        }

        if (refused is null)
        {
            return null;
        }

        var names = new ToolNames();
        var taken = All(request).Where(rule.Takes).ToHashSet();
        foreach (var name in refused)
        {
            var fitted = rule.Fitted(name, "");
            if (fitted.Length > rule.LengthMax || !taken.Add(fitted))
            {
                taken.Add(fitted = rule.Fitted(name, Mark(name)));
            }

            names._fitted.Add(name, fitted);
            names._told.Add((Encoding.ASCII.GetBytes(fitted), JsonText.Inside(name)));
        }

        return names;
    }

    /// <summary>The request with names that are taken.</summary>
    public NeutralRequest In(NeutralRequest request) => request with
    {
        Tools = request.Tools.ConvertAll(t => t.Raw is null && _fitted.TryGetValue(t.Name, out var name) ? t with { Name = name, Freeform = null } : t),
        ToolChoice = request.ToolChoice is { Name: { } wanted } choice && _fitted.TryGetValue(wanted, out var known) ? choice with { Name = known } : request.ToolChoice,
        Messages = request.Messages.ConvertAll(m => m.Parts.Exists(IsNamed) ? m with { Parts = m.Parts.ConvertAll(In) } : m),
    };

    /// <summary>The caller's own name for one that the provider tells; the same where it is no other.</summary>
    /// <param name="told">The inside of a JSON string.</param>
    public ReadOnlySpan<byte> Own(ReadOnlySpan<byte> told)
    {
        foreach (var (fitted, own) in _told)
        {
            if (told.SequenceEqual(fitted))
            {
                return own;
            }
        }

        return told;
    }

    private static IEnumerable<string> All(NeutralRequest request)
    {
        foreach (var tool in request.Tools)
        {
            if (tool.Raw is null)
            {
                yield return tool.Name;
            }
        }

        foreach (var message in request.Messages)
        {
            foreach (var part in message.Parts)
            {
                if (NameOf(part) is { } name)
                {
                    yield return name;
                }
            }
        }
    }

    private static string? NameOf(Part part) => part is ToolCallPart call ? call.Name : part is ToolResultPart { Name.Length: > 0 } result ? result.Name : null;

    private static bool IsNamed(Part part) => NameOf(part) is not null;

    private Part In(Part part) => NameOf(part) is not { } name || !_fitted.TryGetValue(name, out var fitted) ? part
        : part is ToolCallPart call ? call with { Name = fitted }
        : ((ToolResultPart)part) with { Name = fitted };

    private static string Mark(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..MarkLength];
}
