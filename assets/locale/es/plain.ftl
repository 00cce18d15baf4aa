### plain: the linear front end

plain-step = Paso { $number } de { $total }. { $title }
plain-predict = Antes de probar, predice:
plain-runs = Diálogos de este paso:
plain-played = probado
plain-played-before = probado antes de tu último cambio
plain-answer-right = Respuesta { $number }, «{ $answer }»: correcta.
plain-answer-wrong = Respuesta { $number }, «{ $answer }»: no era esa.
plain-answer-noted = Anotada. Vamos a comprobarlo.
plain-goals = Objetivos:
plain-observed = Observado: { $observed }
plain-required = Qué falta: { $required }
plain-explanation = Qué ha pasado:
plain-standard = Lo que dice hoy la norma:
plain-hint = Pista:
plain-hint-tried = Pista sobre lo que has probado:
plain-goal-failed = Paso { $step }, objetivo sin cumplir: { $goal } Observado: { $observed }. Qué falta: { $required }

plain-relay-open = ATENCIÓN: { $host } es un RELAY ABIERTO
plain-relay-closed = { $host } no es un relay abierto
plain-stored = Correo para { $recipient } en el buzón { $mailbox } de { $host }
plain-overheard = Quien escuche el cable lee: { $decoded }
plain-wire = Lo que ve quien escucha el cable:
plain-record = registro TLS ({ $what }), { $length ->
        [one] 1 byte
       *[other] { $length } bytes
    }
plain-server-name = El nombre del servidor va en claro: { $name }
plain-closed-client = El cliente cierra la conexión
plain-closed-server = El servidor cierra la conexión
plain-connection-refused = Conexión rechazada: ahí no escucha nadie
plain-connection-timed-out = Nadie responde: la llamada se queda esperando hasta que se cansa
plain-stalled = Silencio: cada extremo espera a que hable el otro
plain-unattended = Silencio: ningún proceso atiende
plain-tls-failed-client = El cliente abandona la negociación TLS: { $reason }
plain-tls-failed-server = El servidor abandona la negociación TLS: { $reason }

plain-welcome = Intro avanza, «ayuda» dice qué más puedes escribir, «q» sale. Todo queda guardado.
plain-prompt-answer = Tu respuesta (número):
plain-prompt-line = Intro: línea siguiente >
plain-prompt-run = Intro: diálogo siguiente >
plain-prompt-run-or-next = Intro: diálogo siguiente; n: paso siguiente >
plain-prompt-run-or-end = Intro: diálogo siguiente; q: terminar >
plain-prompt-goals = Quedan objetivos (Intro: verlos) >
plain-prompt-next = Intro: paso siguiente >
plain-prompt-end = Intro: terminar >
plain-step-done = Paso conseguido.
plain-resumed = Sigues donde lo dejaste. El paso empieza de nuevo: lo que cambiaste en él hay que volver a hacerlo.
plain-lesson-done = Último paso conseguido.
plain-goals-left = Cambia la configuración, repite un diálogo («r») o pide una pista («pista»).
plain-nothing-to-copy = Aún no hay nada así que copiar.
plain-unknown-command = No entiendo eso. Escribe «ayuda».
plain-nothing-to-undo = No hay ningún cambio que deshacer en este paso.
plain-nothing-to-redo = No hay ningún cambio deshecho que rehacer.
plain-nothing-to-rerun = Todavía no hay ningún diálogo que repetir: abre uno con su número.
plain-nothing-waits = En ninguna cola había nada esperando: pasa el tiempo, y nada más.
plain-nothing-to-finish = No hay ningún diálogo abierto: abre uno con su número, o repite el último con «r».
plain-wire-silent = Nada: en este paso no ha hablado nadie todavía.
plain-unknown-parameter = Postfix no tiene ningún parámetro «{ $name }»: lo escribo, pero no cambia nada.
plain-unknown-near = Postfix no tiene ningún parámetro «{ $name }»: lo escribo, pero no cambia nada. ¿Querías decir «{ $near }»?
plain-not-imitated = El laboratorio no imita «{ $name }»: lo escribo, pero aquí no cambia nada.
plain-no-more-hints = No hay más pistas en este paso.
plain-no-hints = Este paso no tiene pistas.
plain-no-blocklist = Ninguna lista negra de esta lección borra a nadie porque se lo pidan.
plain-journey = El viaje del mensaje:
plain-journey-none = La última conexión no ha dejado ningún mensaje.
plain-journey-not-taken = no lo tomó
plain-mailbox = En el buzón { $mailbox }:
plain-mailbox-empty = Ahí no ha llegado ningún mensaje en este paso.
plain-mailboxes = Buzones con correo: { $mailboxes }
plain-no-wire = Aún no hay ningún cable que atacar: empieza un diálogo.
plain-no-hint-yet = Todavía no hay otra pista: prueba algo primero.
plain-answer-first = Primero responde a la pregunta: un número e Intro.
plain-no-such-step = Esa lección no tiene ese paso.
plain-no-such-answer = Responde con el número de una de las opciones.
plain-no-such-run = En este paso no hay un diálogo con ese número.
plain-interrupted = Interrumpido. Lo hecho queda guardado.
plain-not-saved = No se ha podido guardar el progreso: { $reason }. Lo guardado antes sigue ahí; en cuanto haya sitio y permiso para escribir, lo guardo en el paso siguiente.

plain-help-title = Puedes escribir:
plain-help =
    Intro             lo siguiente: una línea, un diálogo o un paso
    1, 2, 3…          responder, o abrir ese diálogo
    f, fin            llevar el diálogo hasta su final
    r, repite         repetir el último diálogo entero
    set PARÁMETRO = VALOR            editar main.cf
    set SERVICIO/PARÁMETRO = VALOR   editar un -o de master.cf
    set SERVIDOR:PARÁMETRO = VALOR   editar otro servidor
    unset PARÁMETRO   quitar un parámetro
    c, config         ver la configuración
    fichero           ver qué ficheros hay; fichero NOMBRE enseña uno
    fichero NOMBRE + LÍNEA    añadir una línea al final (\n separa varias)
    fichero NOMBRE 3 LÍNEA    cambiar la línea 3; 3+ LÍNEA la pone detrás; - 3 la quita
    u, deshaz         deshacer el último cambio; U, rehaz lo rehace
    R, deverdad       tus cambios como se hacen en un servidor real
    x, reinicia       empezar el paso de nuevo
    h, pista          una pista (después de probar algo)
    solución          ver la solución
    o, objetivos      ver los objetivos
    t, texto          leer el paso otra vez
    w, cable          ver lo que ve quien escucha el cable
    Q, mailq          ver la cola (postqueue -p); mailq SERVIDOR, la de otro
    espera 10m        dejar pasar el tiempo: 300, 10m, 2h, 5d
    postqueue -f      intentar ya todas las entregas de la cola
    postsuper -d ID   borrar un mensaje de la cola (ALL: todos)
    i, cliente        ser el cliente: escribir SMTP a mano
    base64 TEXTO      pasar un texto a base64 (\0 es NUL)
    d, diferencias    el último diálogo contra el anterior
    v, conversación   leer otra conversación del paso, como la entrega
    por qué           por qué responde así el servidor
    e, explica        qué significa la última respuesta
    explica TEXTO     lo mismo de una orden, un código o una palabra
    busca TEXTO       cada línea de lo mostrado en este paso que lo contiene
    g, glosario       las palabras del oficio
    A, atacante       el atacante del cable hace lo siguiente; o atacante
                      quita, rechaza, cuela, certificado, no
    B, baja           pedir a la lista negra que quite a nuestro servidor
    D, dig NOMBRE TIPO preguntar al DNS (A, AAAA, MX, TXT, PTR, CNAME, NS)
    y, copia          el último diálogo como órdenes de swaks, openssl y curl;
                      o bien copia diálogo, swaks, openssl, curl
    J, viaje          el viaje del último mensaje, salto a salto
    buzón QUIEN       leer los mensajes de un buzón; buzón, el último que ha llegado
    n, p, paso N      paso siguiente, anterior, o el que digas
    english           cambiar de idioma
    q, salir          salir; todo queda guardado
plain-file-how = Para editarlo: fichero { $file } + LÍNEA, o bien 3 LÍNEA, 3+ LÍNEA, - 3.
plain-no-such-file = No hay ningún fichero «{ $file }»: «fichero» dice cuáles hay; uno nuevo se nombra con su ruta entera.
plain-no-such-line = { $file } no tiene esa línea.
plain-by-hand = Lo que escribas va al servidor. Con «!» delante es para el programa: !fin cuelga, !crudo TEXTO envía eso exactamente (\r \n \0 \xHH), !base64 TEXTO.
plain-prompt-by-hand = SMTP>
plain-call-how = Escribe «cliente QUIÉN SERVIDOR:PUERTO», y «tls» detrás si TLS va desde el primer byte. Puedes ser:
plain-call-servers = Y llamar a:
plain-bad-escape = «\{ $escape }» no es ningún byte: escribe \r \n \t \0 \xHH, o \\ para una barra.
plain-nothing-to-explain = Aún no se ha dicho nada que explicar: empieza un diálogo.
plain-not-found = Nada de lo mostrado en este paso contiene «{ $sought }».
plain-not-explained = No sé qué es «{ $sought }». Prueba con una orden (RCPT), un código (454, 4.7.1) o una extensión (PIPELINING).
plain-help-toggle = { $key } cambia { $parameter }: { $values }

## From outside
plain-outside-as = Quien llama desde fuera cuenta ahora como { $client }.
plain-outside-itself = él mismo (127.0.0.1)
plain-outside-try = Desde fuera, en otra terminal de esta máquina:
plain-help-outside = «fuera CLIENTE» hace que quien llama desde fuera cuente como ese cliente; «fuera» solo, que cuente como lo que es.

## What a lesson calls a key
plain-command = orden `{ $word }`
plain-word-attack = atacante
plain-word-by-hand = cliente
plain-word-compare = diferencias
plain-word-configure = config
plain-word-conversation = conversación
plain-word-delete-all = postsuper -d ALL
plain-word-delist = baja
plain-word-dig = dig
plain-word-journey = viaje
plain-word-queue = mailq
plain-word-undo = deshaz
plain-word-wait = espera
