import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.GroupDef;
import org.javarosa.core.model.IFormElement;
import org.javarosa.core.model.ItemsetBinding;
import org.javarosa.core.model.QuestionDef;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.condition.IFunctionHandler;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryCaption;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormAnswerDataParser;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.expr.XPathFuncExpr;
import org.opendatakit.validate.StubSetGeopointActionHandler;

/**
 * Plays forms in JavaRosa as ODK Collect does, by a script on standard input.
 *
 * <p>Lines of tabs: "form FILE FOLDER" begins a response (the folder has the lists beside it),
 * "language NAME", "set PATH VALUE" (a blank value takes the answer back), "add PATH" and "remove
 * PATH" move it on, "recompute" opens it again, "finish" ends it, "show" tells how it stands. Each line is answered by one of
 * "ok", "constraint", "required", "absent", "error …"; "show" by lines that "." ends.
 *
 * <p>After each line the whole form is stepped through, for only that gives counted repeats their
 * instances.
 */
public class FormOracle {
    private static final PrintStream OUT =
        new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private static File folder;
    private static FormEntryController controller;
    private static FormDef form;
    private static Map<String, FormIndex> places = new HashMap<>();
    private static Set<String> repeats = new HashSet<>();

    public static void main(String[] arguments) throws Exception {
        new XFormsModule().registerModule();
        new JavaRosaCoreModule().registerModule();
        ReferenceManager.instance().addReferenceFactory(new Beside());
        PropertyManager.setPropertyManager(metadata());
        XFormParser.registerActionHandler(
            StubSetGeopointActionHandler.ELEMENT_NAME, new StubSetGeopointActionHandler());
        PrintStream answers = OUT;
        System.setOut(System.err);
        BufferedReader script =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = script.readLine()) != null; ) {
            String answer;
            try {
                answer = act(line.split("\t", -1));
            } catch (Throwable failure) {
                answer = "error " + failure.getClass().getSimpleName() + ": " + failure.getMessage();
            }
            answers.println(escaped(answer));
        }
        answers.flush();
    }

    /** Knows one property: the user's name. */
    private static IPropertyManager metadata() {
        return (IPropertyManager) Proxy.newProxyInstance(
            FormOracle.class.getClassLoader(),
            new Class<?>[] {IPropertyManager.class},
            (self, method, arguments) ->
                method.getName().equals("getSingularProperty") && "username".equals(arguments[0])
                    ? "olena" : null);
    }

    private static String act(String[] words) throws Exception {
        switch (words[0]) {
            case "form":
                folder = new File(words[2]);
                byte[] xform = Files.readAllBytes(Path.of(words[1]));
                form = null;
                form = XFormUtils.getFormFromInputStream(new ByteArrayInputStream(xform));
                repeats = new HashSet<>();
                findRepeats(form);
                form.addFunctionHandler(new PullData());
                form.initialize(true, new InstanceInitializationFactory());
                controller = new FormEntryController(new FormEntryModel(form));
                break;
            case "language":
                controller.setLanguage(words[1]);
                return "ok";
            case "set":
                FormIndex question = places.get(words[1]);
                if (question == null) {
                    return "absent";
                }
                int verdict = controller.answerQuestion(question, answer(question, words[2]), true);
                if (verdict == FormEntryController.ANSWER_CONSTRAINT_VIOLATED) {
                    return "constraint";
                }
                if (verdict == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY) {
                    return "required";
                }
                break;
            case "add":
                FormIndex prompt = places.get(words[1] + "+");
                if (prompt == null) {
                    return "absent";
                }
                controller.newRepeat(prompt);
                break;
            case "remove":
                FormIndex instance = places.get(words[1]);
                if (instance == null) {
                    return "absent";
                }
                controller.deleteRepeat(instance);
                break;
            case "finish":
                form.postProcessInstance();
                break;
            case "recompute":
                recompute();
                break;
            case "show":
                show();
                return ".";
            default:
                throw new IllegalArgumentException(words[0]);
        }
        step(false);
        return "ok";
    }

    /** What JavaRosa does when a saved response is opened again: every expression anew. */
    private static void recompute() throws ReflectiveOperationException {
        Method initialize = FormDef.class.getDeclaredMethod(
            "initializeTriggerables", TreeReference.class);
        initialize.setAccessible(true);
        initialize.invoke(form, TreeReference.rootRef());
    }

    private static IAnswerData answer(FormIndex index, String value) {
        if (value.isEmpty()) {
            return null;
        }
        TreeElement element = form.getMainInstance().resolveReference(index.getReference());
        QuestionDef question = (QuestionDef) form.getChild(index);
        return XFormAnswerDataParser.getAnswerData(value, element.getDataType(), question);
    }

    /** Steps through the form from its beginning; notes where everything is. */
    private static void step(boolean tell) {
        places = new LinkedHashMap<>();
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event;
        while ((event = controller.stepToNextEvent()) != FormEntryController.EVENT_END_OF_FORM) {
            FormIndex index = controller.getModel().getFormIndex();
            String path = path(index.getReference());
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                places.put(path.substring(0, path.lastIndexOf('[')) + "+", index);
            } else {
                places.put(path, index);
            }
            if (tell && event == FormEntryController.EVENT_QUESTION) {
                tell(path, controller.getModel().getQuestionPrompt());
            } else if (tell) {
                tell(path, event);
            }
        }
    }

    private static void show() {
        nodes(form.getMainInstance().getRoot(), "/" + form.getMainInstance().getRoot().getName());
        step(true);
    }

    private static void nodes(TreeElement parent, String above) {
        for (int place = 0; place < parent.getNumChildren(); place++) {
            TreeElement node = parent.getChildAt(place);
            if (node.getMult() == TreeReference.INDEX_TEMPLATE) {
                continue;
            }
            String path = above + "/" + node.getName();
            if (repeats.contains(path.replaceAll("\\[[0-9]+\\]", ""))) {
                path += "[" + (node.getMult() + 1) + "]";
            }
            IAnswerData value = node.getValue();
            OUT.println("N\t" + path + "\t" + node.isRelevant() + "\t"
                + (value == null ? "" : escaped(value.uncast().getString())));
            nodes(node, path);
        }
    }

    private static void tell(String path, FormEntryPrompt prompt) {
        OUT.println("Q\t" + path + "\t" + prompt.isRequired() + "\t" + prompt.isReadOnly() + "\t"
            + escaped(prompt.getQuestionText()) + "\t" + escaped(prompt.getHelpText()));
        TreeElement node =
            form.getMainInstance().resolveReference(prompt.getIndex().getReference());
        IAnswerData before = node.getValue();
        List<SelectChoice> choices = choices(prompt);
        if (choices != null) {
            for (SelectChoice choice : choices) {
                OUT.println("C\t" + path + "\t" + choice.getValue() + "\t"
                    + escaped(prompt.getSelectChoiceText(choice)));
            }
        }
        // what is not offered any more has just been taken out of the answer
        node.setAnswer(before);
    }

    /** A list is kept while what its filter looks at has the same values, relevant or not: here is
     * what it would be if the form were opened again. */
    private static List<SelectChoice> choices(FormEntryPrompt prompt) {
        ItemsetBinding itemset = prompt.getQuestion().getDynamicChoices();
        if (itemset == null) {
            return prompt.getSelectChoices();
        }
        try {
            Map<Field, Object> kept = new HashMap<>();
            for (Field field : ItemsetBinding.class.getDeclaredFields()) {
                if (field.getName().startsWith("cached")) {
                    field.setAccessible(true);
                    kept.put(field, field.get(itemset));
                    field.set(itemset, null);
                }
            }
            List<SelectChoice> choices = prompt.getSelectChoices();
            for (Map.Entry<Field, Object> one : kept.entrySet()) {
                one.getKey().set(itemset, one.getValue());
            }
            return choices;
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    private static void tell(String path, int event) {
        FormEntryCaption caption = controller.getModel().getCaptionPrompt();
        if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
            OUT.println("P\t" + path.substring(0, path.lastIndexOf('[')));
        } else if (event == FormEntryController.EVENT_GROUP
            || event == FormEntryController.EVENT_REPEAT) {
            OUT.println("G\t" + path + "\t" + escaped(caption.getLongText()));
        }
    }

    private static String path(TreeReference reference) {
        StringBuilder path = new StringBuilder();
        String plain = "";
        for (int level = 0; level < reference.size(); level++) {
            plain += "/" + reference.getName(level);
            path.append("/").append(reference.getName(level));
            if (repeats.contains(plain)) {
                path.append("[").append(Math.max(reference.getMultiplicity(level), 0) + 1).append("]");
            }
        }
        return path.toString();
    }

    private static void findRepeats(IFormElement parent) {
        for (IFormElement child : parent.getChildren()) {
            if (child instanceof GroupDef) {
                if (((GroupDef) child).getRepeat()) {
                    repeats.add(((TreeReference) child.getBind().getReference()).toString(false));
                }
                findRepeats(child);
            }
        }
    }

    private static String escaped(String text) {
        return text == null
            ? "" : text.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r")
                .replace("\n", "\\n");
    }

    /** Collect's pulldata(), which is no function of JavaRosa's: the first row with the key. */
    private static class PullData implements IFunctionHandler {
        public String getName() {
            return "pulldata";
        }

        public List<Class[]> getPrototypes() {
            return new ArrayList<>();
        }

        public boolean rawArgs() {
            return true;
        }

        public boolean realTime() {
            return false;
        }

        public Object eval(Object[] arguments, EvaluationContext context) {
            String[] words = new String[4];
            for (int place = 0; place < 4; place++) {
                words[place] = XPathFuncExpr.toString(arguments[place]);
            }
            File file = new File(folder, words[0] + ".csv");
            try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8,
                CSVFormat.DEFAULT.withFirstRecordAsHeader())) {
                for (CSVRecord row : rows) {
                    if (row.get(words[2]).equals(words[3])) {
                        return row.get(words[1]);
                    }
                }
                return "";
            } catch (IOException failure) {
                throw new IllegalArgumentException(failure);
            }
        }
    }

    /** Finds jr://file-csv/places.csv and the like in the folder of the form. */
    private static class Beside extends PrefixedRootFactory {
        Beside() {
            super(new String[] {"file", "file-csv", "images", "audio", "video"});
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            File file = new File(folder, new File(terminal).getName());
            return new Reference() {
                public boolean doesBinaryExist() {
                    return file.exists();
                }

                public InputStream getStream() throws IOException {
                    return new FileInputStream(file);
                }

                public String getURI() {
                    return uri;
                }

                public String getLocalURI() {
                    return file.getAbsolutePath();
                }

                public boolean isReadOnly() {
                    return true;
                }

                public OutputStream getOutputStream() throws IOException {
                    throw new IOException("read only");
                }

                public void remove() throws IOException {
                    throw new IOException("read only");
                }

                public Reference[] probeAlternativeReferences() {
                    return new Reference[0];
                }
            };
        }
    }
}
