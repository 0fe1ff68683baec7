using System.Globalization;
using System.Text;
using System.Xml;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>The list of models as an RSS 2.0 feed.</summary>
internal static class ModelFeed
{
    private static readonly XmlWriterSettings Xml = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CheckCharacters = true };

    /// <summary>Answers 200 with an item for each model, in the order given; each links to the model's endpoints.</summary>
    public static async Task AnswerAsync(HttpContext context, IEnumerable<Model> models)
    {
        var request = context.Request;
        var body = Render(models, $"{request.Scheme}://{request.Host}/api/v1/models");
        context.Response.ContentType = "application/rss+xml; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static ReadOnlyMemory<byte> Render(IEnumerable<Model> models, string address)
    {
        using var output = new MemoryStream();
        using (var writer = XmlWriter.Create(output, Xml))
        {
            writer.WriteStartElement("rss");
            writer.WriteAttributeString("version", "2.0");
            writer.WriteStartElement("channel");
            writer.WriteElementString("title", "Turnpike: models");
            writer.WriteElementString("link", address);
            writer.WriteElementString("description", "The models that can be called here.");
            foreach (var model in models)
            {
                WriteItem(writer, model, address);
            }

            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        return output.ToArray();
    }

    private static void WriteItem(XmlWriter writer, Model model, string address)
    {
        writer.WriteStartElement("item");
        writer.WriteElementString("title", Printable(model.Name));
        writer.WriteElementString("link", $"{address}/{model.Id}/endpoints");
        writer.WriteElementString("description", Printable(model.Description));
        writer.WriteStartElement("guid");
        writer.WriteAttributeString("isPermaLink", "false");
        writer.WriteString(model.Id);
        writer.WriteEndElement();
        writer.WriteElementString("pubDate", model.Created.ToString("R", CultureInfo.InvariantCulture));
        writer.WriteEndElement();
    }

    // A local engine names its models as it likes; XML has no way to write some characters.
    private static string Printable(string text) => text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.Where(XmlConvert.IsXmlChar));
}
