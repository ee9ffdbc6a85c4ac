import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Map;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.XPathNodeset;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathExpression;
import org.javarosa.xpath.expr.XPathFuncExpr;
import org.javarosa.xpath.parser.XPathSyntaxException;

/**
 * Asks JavaRosa what an expression is worth.
 *
 * Usage: java -cp ODK_Validate.jar:. JavaRosaOracle form.xml
 * Standard input: lines of "context path TAB expression"; standard output: for each of them one
 * line of "type TAB value", the type being string, number, boolean, date, nodes or error.
 * A type in place of the context (int, date …) asks how the value would be kept as an answer of
 * that type; the answer is "text TAB value".
 */
public class JavaRosaOracle {
    private static final Map<String, Integer> DATA_TYPES = Map.of(
        "string", Constants.DATATYPE_TEXT,
        "int", Constants.DATATYPE_INTEGER,
        "decimal", Constants.DATATYPE_DECIMAL,
        "date", Constants.DATATYPE_DATE,
        "dateTime", Constants.DATATYPE_DATE_TIME,
        "time", Constants.DATATYPE_TIME,
        "boolean", Constants.DATATYPE_BOOLEAN);

    public static void main(String[] arguments) throws Exception {
        new XFormsModule().registerModule();
        new JavaRosaCoreModule().registerModule();
        FormDef form = XFormUtils.getFormFromInputStream(new FileInputStream(arguments[0]));
        form.initialize(true, new InstanceInitializationFactory());
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = questions.readLine()) != null; ) {
            String[] parts = line.split("\t", 2);
            answers.println(parts[0].startsWith("/")
                ? verdict(form, parts[0], parts[1]) : stored(form, parts[0], parts[1]));
        }
    }

    private static String verdict(FormDef form, String context, String expression) {
        FormInstance instance = form.getMainInstance();
        try {
            EvaluationContext place =
                new EvaluationContext(form.getEvaluationContext(), reference(context));
            return describe(XPathParseTool.parseXPath(expression).eval(instance, place));
        } catch (Throwable refusal) {
            return "error\t" + refusal.getClass().getSimpleName();
        }
    }

    private static String stored(FormDef form, String type, String expression) {
        FormInstance instance = form.getMainInstance();
        EvaluationContext place = form.getEvaluationContext();
        Object value = XPathFuncExpr.unpack(parsed(expression).eval(instance, place));
        IAnswerData answer = IAnswerData.wrapData(value, DATA_TYPES.get(type));
        return "text\t" + (answer == null ? "" : answer.uncast().getString());
    }

    private static XPathExpression parsed(String expression) {
        try {
            return XPathParseTool.parseXPath(expression);
        } catch (XPathSyntaxException refusal) {
            throw new IllegalArgumentException(expression, refusal);
        }
    }

    private static String describe(Object value) {
        if (value instanceof XPathNodeset) {
            XPathNodeset nodes = (XPathNodeset) value;
            return nodes.size() == 1 ? describe(nodes.unpack()) : "nodes\t" + nodes.size();
        }
        if (value instanceof Date) {
            return "date\t" + new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS").format((Date) value);
        }
        if (value instanceof Double) {
            return "number\t" + value;
        }
        if (value instanceof Boolean) {
            return "boolean\t" + value;
        }
        return "string\t" + value;
    }

    /** A path such as /data/link[2]/name; a step without an index means its first instance. */
    private static TreeReference reference(String path) {
        TreeReference reference = TreeReference.rootRef();
        for (String step : path.substring(1).split("/")) {
            int bracket = step.indexOf('[');
            int index = bracket < 0
                ? 1 : Integer.parseInt(step.substring(bracket + 1, step.length() - 1));
            reference.add(bracket < 0 ? step : step.substring(0, bracket), index - 1);
        }
        return reference;
    }
}
