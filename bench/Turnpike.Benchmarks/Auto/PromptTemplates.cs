using System.Text;

namespace Turnpike.Benchmarks.Auto;

/// <summary>Prompts made from templates, so that what surrounds the telling words varies: <c>[a|b]</c> is one of these, <c>&lt;name&gt;</c> one of a
/// list's. The file has lists (<c>&lt;name&gt; = a | b</c>) and templates by kind (<c>kind⇥template</c>).</summary>
internal sealed class PromptTemplates
{
    private const int DepthMax = 8;

    private readonly Dictionary<string, string[]> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byKind = new(StringComparer.Ordinal);

    public PromptTemplates(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(static l => l.Length > 0 && l[0] != '#'))
        {
            if (line.Split('\t') is [var kind, var template])
            {
                (_byKind.TryGetValue(kind, out var known) ? known : _byKind[kind] = []).Add(template);
            }
            else if (line.Split(" = ", 2) is [['<', .., '>'] name, var items])
            {
                _lists[name] = items.Split(" | ");
            }
            else
            {
                throw new InvalidDataException($"Neither a list nor a template: {line}");
            }
        }
    }

    public IEnumerable<string> Kinds => _byKind.Keys;

    /// <summary>So many prompts of a kind, its templates in turn; a template that has few forms gives them again.</summary>
    public IEnumerable<string> Make(string kind, int count, Random random)
    {
        var templates = _byKind[kind];
        for (var i = 0; i < count; i++)
        {
            yield return Fill(templates[i % templates.Count], random, 0);
        }
    }

    private string Fill(string template, Random random, int depth)
    {
        if (depth > DepthMax)
        {
            throw new InvalidDataException($"A list leads back to itself: {template}");
        }

        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var closing = template[i] switch { '[' => template.IndexOf(']', i), '<' => template.IndexOf('>', i), _ => -1 };
            if (closing < 0)
            {
                text.Append(template[i]);
                continue;
            }

            string[]? choices = template[i] == '[' ? template[(i + 1)..closing].Split('|') : _lists.GetValueOrDefault(template[i..(closing + 1)]);
            if (choices is null)
            {
                text.Append(template[i]); // the mark itself: code, a tag
                continue;
            }

            text.Append(Fill(choices[random.Next(choices.Length)], random, depth + 1));
            i = closing;
        }

        return text.ToString();
    }
}
